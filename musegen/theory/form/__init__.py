"""Form: periods and hypermeter, sequences, schemata: how phrases are made and what they are made of."""
