"""Cities of Africa by which the time zone database names no zone: capitals and other large ones.

A city stands once, in one line with the others of its zone; what it is called in another language stands beside it.
"""

from app.people.countries import plain_key

_OF_ZONES = {
    "Africa/Abidjan": "Yamoussoukro|Bouaké|Daloa|Gagnoa|Korhogo|Man|San-Pédro",
    "Africa/Accra": "Cape Coast|Kumasi|Sekondi-Takoradi|Tamale",
    "Africa/Addis_Ababa": "Bahir Dar|Dire Dawa|Gondar|Hawassa|Mekele",
    "Africa/Algiers": "Annaba|Constantine|Oran",
    "Africa/Bamako": "Gao|Kayes|Kidal|Koulikoro|Mopti|Ségou|Sikasso|Tombouctou",
    "Africa/Bangui": "Bambari|Berbérati|Bimbo|Bouar",
    "Africa/Banjul": "Serekunda",
    "Africa/Bissau": "Bafatá|Gabú",
    "Africa/Blantyre": "Lilongwe|Mzuzu|Zomba",
    "Africa/Brazzaville": "Dolisie|Pointe-Noire",
    "Africa/Bujumbura": "Gitega|Ngozi|Rumonge",
    "Africa/Cairo": "Alexandrie|Alexandria|Assouan|Aswan|Gizeh|Giza|Louxor|Luxor",
    "Africa/Casablanca": "Rabat|Agadir|Béni Mellal|Errachidia|Fès|Fez|Guelmim|Kénitra|Marrakech|Marrakesh|Meknès|Nador|"
    "Ouarzazate|Oujda|Safi|Salé|Tanger|Tangier|Tétouan",
    "Africa/Conakry": "Boké|Faranah|Kankan|Kindia|Labé|Mamou|Nzérékoré",
    "Africa/Dakar": "Diourbel|Fatick|Kaolack|Kolda|Louga|Matam|Mbour|Pikine|Rufisque|Saint-Louis|Tambacounda|Thiès|"
    "Touba|Ziguinchor",
    "Africa/Dar_es_Salaam": "Dodoma|Arusha|Mbeya|Mwanza|Zanzibar",
    "Africa/Douala": "Yaoundé|Bafoussam|Bamenda|Bertoua|Buea|Ebolowa|Garoua|Kribi|Limbé|Maroua|Ngaoundéré",
    "Africa/Freetown": "Bo|Kenema|Makeni",
    "Africa/Gaborone": "Francistown",
    "Africa/Harare": "Bulawayo|Mutare",
    "Africa/Johannesburg": "Pretoria|Tshwane|Bloemfontein|Durban|East London|Gqeberha|Le Cap|Cape Town|Polokwane|"
    "Port Elizabeth",
    "Africa/Juba": "Malakal|Wau",
    "Africa/Kampala": "Entebbe|Gulu|Jinja|Mbarara",
    "Africa/Khartoum": "Omdurman|Port-Soudan|Port Sudan",
    "Africa/Kigali": "Butare|Huye|Musanze|Rubavu",
    "Africa/Kinshasa": "Bandundu|Boma|Kikwit|Matadi|Mbandaka",
    "Africa/Lagos": "Abuja|Benin City|Enugu|Ibadan|Jos|Kaduna|Kano|Maiduguri|Port Harcourt",
    "Africa/Libreville": "Franceville|Lambaréné|Oyem|Port-Gentil",
    "Africa/Lome": "Aného|Atakpamé|Dapaong|Kara|Kpalimé|Sokodé|Tsévié",
    "Africa/Luanda": "Benguela|Huambo|Lobito|Lubango",
    "Africa/Lubumbashi": "Bukavu|Bunia|Butembo|Goma|Kalemie|Kananga|Kindu|Kisangani|Kolwezi|Likasi|Mbuji-Mayi|Uvira",
    "Africa/Lusaka": "Kitwe|Livingstone|Ndola",
    "Africa/Malabo": "Bata",
    "Africa/Maputo": "Beira|Matola|Nampula|Quelimane",
    "Africa/Mbabane": "Lobamba|Manzini",
    "Africa/Mogadishu": "Bosaso|Hargeisa|Kismayo",
    "Africa/Monrovia": "Buchanan|Gbarnga",
    "Africa/Nairobi": "Eldoret|Kisumu|Mombasa|Nakuru",
    "Africa/Ndjamena": "Abéché|Moundou|Sarh",
    "Africa/Niamey": "Agadez|Diffa|Dosso|Maradi|Tahoua|Tillabéri|Zinder",
    "Africa/Nouakchott": "Kaédi|Kiffa|Nouadhibou|Rosso",
    "Africa/Ouagadougou": "Banfora|Bobo-Dioulasso|Dédougou|Dori|Fada N’Gourma|Kaya|Koudougou|Ouahigouya|Tenkodogo",
    "Africa/Porto-Novo": "Cotonou|Abomey|Abomey-Calavi|Bohicon|Djougou|Kandi|Natitingou|Ouidah|Parakou",
    "Africa/Tripoli": "Benghazi|Misrata|Sebha",
    "Africa/Tunis": "Bizerte|Gabès|Kairouan|Sfax|Sousse",
    "Africa/Windhoek": "Walvis Bay",
    "Atlantic/Cape_Verde": "Praia|Mindelo",
    "Indian/Antananarivo": "Tananarive|Antsirabe|Antsiranana|Diego-Suarez|Fianarantsoa|Mahajanga|Majunga|Tamatave|"
    "Toamasina|Toliara|Tuléar",
    "Indian/Comoro": "Moroni|Mutsamudu",
    "Indian/Mahe": "Victoria",
    "Indian/Mauritius": "Port-Louis",
    "Indian/Mayotte": "Mamoudzou",
    "Indian/Reunion": "Saint-Denis",
}
NAMED = {name: zone for zone, names in _OF_ZONES.items() for name in names.split("|")}
ZONES = {plain_key(name): zone for name, zone in NAMED.items()}
