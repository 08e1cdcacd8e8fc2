"""Parcels of the simulated carrier."""

import django.db.models.deletion
from django.db import migrations, models

from postpurchase.lib.composite import composite_key


class Migration(migrations.Migration):

    dependencies = [
        ('merchants', '0005_messages_page'),
        ('tracking', '0006_deliveries_newest_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='SimulatedParcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fate', models.CharField(choices=[('fine', 'Arrives as planned'), ('delayed', 'Comes later'), ('missed', 'Nobody is in, delivered the next day'), ('pickup', 'Goes to a parcel shop'), ('customs', 'Waits at customs'), ('refused', 'Is refused and goes back'), ('damaged', 'Is damaged'), ('lost', 'Gets lost')], default='fine', max_length=12, verbose_name='fate')),
                ('steps', models.JSONField(default=list, verbose_name='script')),
                ('told', models.PositiveSmallIntegerField(default=0, verbose_name='steps told')),
                ('speed', models.FloatField(default=720, verbose_name='times as fast as real')),
                ('next_at', models.DateTimeField(blank=True, null=True, verbose_name='next step')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('shipment', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='simulation', to='tracking.shipment')),
            ],
            options={
                'verbose_name': 'simulated parcel',
                'verbose_name_plural': 'simulated parcels',
                'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at', 'id'], name='tracking_simulation_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('fate__in', ['fine', 'delayed', 'missed', 'pickup', 'customs', 'refused', 'damaged', 'lost'])), name='tracking_simulation_fate_known')],
            },
        ),
        composite_key(
            table="tracking_simulatedparcel", column="shipment_id", target="tracking_shipment"
        ),
    ]
