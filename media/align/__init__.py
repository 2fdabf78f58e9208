"""Find one film in another by sound and picture. Runs as a program of its own (`media.comparing` starts it): numpy and
the prints of three hours need memory that neither the server nor the worker should keep."""
