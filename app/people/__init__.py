"""People: who they are, how they sign in, which role they hold in which cohort."""
