"""The district's database: tables, migrations, connections. The only SQL of the server."""
