"""Where laws and habits meet: harmonising, exercises and other generation under conditions."""
