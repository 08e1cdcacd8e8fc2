"""Foreign keys that carry the merchant: (merchant_id, x_id) → (merchant_id, id).

Django knows single-column keys only. On the edges that carry money or personal data its own
constraint is switched off (`db_constraint=False`) and this one stands in its place, so that the
database itself refuses a line of merchant A on an order of merchant B.
"""

from django.db import migrations


def composite_key(
    *, table: str, column: str, target: str, cascade: str = "NO ACTION"
) -> migrations.RunSQL:
    """Make the operation that adds one composite key, and its reverse.

    The target needs a unique constraint on (merchant_id, id). Checked at commit, as Django's own.
    """
    name = f"{table}_{column}_same_merchant"
    return migrations.RunSQL(
        sql=(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (merchant_id, {column}) "
            f"REFERENCES {target} (merchant_id, id) ON DELETE {cascade} "
            "DEFERRABLE INITIALLY DEFERRED"
        ),
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
