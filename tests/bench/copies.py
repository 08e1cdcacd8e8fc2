"""The rows of orders as bare SQL inserts them again: a reference without any program of ours."""

from uuid import uuid4

from django.db import connection as database


class Insert:
    """One INSERT of one or more rows of a table, whose links are filled in when it runs."""

    def __init__(self, rows):
        model = type(rows[0])
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        self.columns = [field.column for field in fields]
        self.values = [
            [
                field.get_db_prep_save(getattr(row, field.attname), connection=database)
                for field in fields
            ]
            for row in rows
        ]
        names = ", ".join(f'"{column}"' for column in self.columns)
        group = f"({', '.join(['%s'] * len(fields))})"
        groups = ", ".join([group] * len(rows))
        self.sql = f"INSERT INTO {model._meta.db_table} ({names}) VALUES {groups} RETURNING id"

    def fill(self, **links):
        """Put the same value into a column of all rows; a table without the column has none."""
        for name, value in links.items():
            if name in self.columns:
                place = self.columns.index(name)
                for row in self.values:
                    row[place] = value

    def renew(self):
        """Give each row a public id that no other has."""
        place = self.columns.index("public_id") if "public_id" in self.columns else None
        for row in self.values if place is not None else []:
            row[place] = str(uuid4())

    def run(self, cursor):
        """Insert; give the id of the first row."""
        cursor.execute(self.sql, [value for row in self.values for value in row])
        return cursor.fetchone()[0]


class OrderRows:
    """One order's rows: customer, order, lines, addresses, payments, events, messages."""

    def __init__(self, order, tables):
        self.customer = Insert([order.customer])
        self.order = Insert([order])
        rows = (list(model.every.filter(order=order).order_by("pk")) for model in tables)
        self.parts = [Insert(found) for found in rows if found]

    def rename(self, name):
        """Make it another order of another person."""
        self.customer.fill(email=f"{name}@example.org")
        self.order.fill(external_id=name, number=name, number_key=name)
        for part in self.parts:
            part.fill(dedupe_key=name)
        for each in (self.customer, self.order, *self.parts):
            each.renew()

    def insert(self, cursor):
        """Insert all; the transaction is the caller's."""
        customer_id = self.customer.run(cursor)
        self.order.fill(customer_id=customer_id)
        order_id = self.order.run(cursor)
        for part in self.parts:
            part.fill(order_id=order_id, customer_id=customer_id)
            part.run(cursor)
