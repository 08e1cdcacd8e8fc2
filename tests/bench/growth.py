"""Makes a shop large: copies one order, and a row of each table around it, by SQL."""

from django.db import connection as database

from orders.models import Address, Customer, Event, InboxEntry, Order, OrderLine, Payment

NEW_ID = "gen_random_uuid()"
NAME = "'grown-' || n"
# What differs from the row that is copied, by column.
CUSTOMER = {"public_id": NEW_ID, "email": f"{NAME} || '@example.org'"}
ORDER = {
    "public_id": NEW_ID,
    "external_id": NAME,
    "number": NAME,
    "number_key": "upper('grown-' || n)",
    "email": f"{NAME} || '@example.org'",
    "placed_at": "t.placed_at - n * interval '20 seconds'",
    "updated_at": "t.updated_at - n * interval '20 seconds'",
}
PART = {"public_id": NEW_ID}
ENTRY = PART | {"event_key": NAME, "body": "'{}'::bytea"}
MESSAGE = PART | {"dedupe_key": NAME}


def grow(order, entry, message, *, start, end):
    """Add copies `start` to `end` of an order, with one row of each table around it."""
    with database.cursor() as cursor:
        # Only this session: what is copied fits, and nobody will miss it after a crash.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        first_order, first_customer = _after(cursor, Order), _after(cursor, Customer)
        span = (start, end)
        person = {"id": f"{first_customer} + n"}
        links = {"order_id": f"{first_order} + n", "customer_id": f"{first_customer} + n"}
        _copy(cursor, [order.customer], CUSTOMER | person, span)
        _copy(cursor, [order], ORDER | links | {"id": f"{first_order} + n"}, span)
        for model in (OrderLine, Address, Payment, Event):
            _copy(cursor, model.every.filter(order=order)[:1], PART | links, span)
        _copy(cursor, [entry], ENTRY, span)
        _copy(cursor, [message], MESSAGE | links, span)
        cursor.execute("RESET session_replication_role; RESET synchronous_commit")
        for model in (Order, Customer):
            _catch_up(cursor, model)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _copy(cursor, rows, changes, span):
    for row in rows:
        table, key = row._meta.db_table, row._meta.pk.column
        columns = [field.column for field in row._meta.concrete_fields]
        kept = [name for name in columns if name != key or key in changes]
        names = ", ".join(f'"{name}"' for name in kept)
        values = ", ".join(changes.get(name, f't."{name}"') for name in kept)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t,"
            f" generate_series(%s::bigint, %s) n WHERE t.{key} = %s",
            [*span, row.pk],
        )


def _after(cursor, model):
    """Give a number above which no id of the table is taken, less than which no copy starts."""
    cursor.execute(f"SELECT max(id) FROM {model._meta.db_table}")
    return cursor.fetchone()[0]


def _catch_up(cursor, model):
    table = model._meta.db_table
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
    )


def entry_and_message(order):
    """Find what came in for an order and what goes out."""
    from notifications.models import Message

    entry = InboxEntry.every.filter(connection=order.connection).latest("pk")
    return entry, Message.every.get(order=order)
