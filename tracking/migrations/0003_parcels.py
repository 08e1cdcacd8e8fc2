"""Parcels, their cases, dates and sources."""

import django.db.models.deletion
import postpurchase.lib.crypto
import postpurchase.lib.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('merchants', '0003_people_at_work'),
        ('orders', '0009_search_indexes'),
        ('tracking', '0002_end_of_exceptions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarrierAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=postpurchase.lib.ids.uuid7, editable=False, unique=True)),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('secret', postpurchase.lib.crypto.SealedField(blank=True, default='', verbose_name='secret of its deliveries')),
                ('previous_secret', postpurchase.lib.crypto.SealedField(blank=True, default='', verbose_name='previous secret')),
                ('previous_secret_until', models.DateTimeField(blank=True, null=True, verbose_name='previous secret until')),
                ('credentials', postpurchase.lib.crypto.SealedField(blank=True, default='', verbose_name='log-in for asking')),
                ('carriers', models.JSONField(blank=True, default=list, verbose_name='asked for carriers')),
                ('priority', models.PositiveSmallIntegerField(default=10, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('last_seen_at', models.DateTimeField(blank=True, null=True, verbose_name='last news')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('last_error_at', models.DateTimeField(blank=True, null=True, verbose_name='at')),
                ('paused_until', models.DateTimeField(blank=True, null=True, verbose_name='left alone until')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'carrier account',
                'verbose_name_plural': 'carrier accounts',
            },
        ),
        migrations.CreateModel(
            name='CarrierDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=postpurchase.lib.ids.uuid7, editable=False, unique=True)),
                ('event_key', models.CharField(max_length=200, verbose_name='event id')),
                ('is_answer', models.BooleanField(default=False, verbose_name='answer to our question')),
                ('body', models.BinaryField()),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('state', models.CharField(choices=[('planned', 'To be read'), ('waiting', 'Waiting for its parcel'), ('done', 'Read'), ('failed', 'Not usable')], default='planned', max_length=10, verbose_name='state')),
                ('next_at', models.DateTimeField(verbose_name='next attempt')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('waiting_for', models.CharField(blank=True, max_length=100, verbose_name='parcel waited for')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracking.carrieraccount')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'delivery from a carrier',
                'verbose_name_plural': 'deliveries from carriers',
            },
        ),
        migrations.CreateModel(
            name='RangeCalibration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('low', models.FloatField(default=0.1, verbose_name='lower quantile')),
                ('high', models.FloatField(default=0.9, verbose_name='upper quantile')),
                ('parcels', models.PositiveIntegerField(default=0, verbose_name='parcels')),
                ('early', models.PositiveIntegerField(default=0, verbose_name='came earlier')),
                ('late', models.PositiveIntegerField(default=0, verbose_name='came later')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'calibration of ranges',
                'verbose_name_plural': 'calibrations of ranges',
            },
        ),
        migrations.CreateModel(
            name='ScanGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('carrier', models.CharField(max_length=40, verbose_name='carrier')),
                ('milestone', models.CharField(choices=[('unknown', 'Not known yet'), ('label_created', 'Label made'), ('picked_up', 'With the carrier'), ('in_transit', 'On its way'), ('out_for_delivery', 'Out for delivery'), ('ready_for_pickup', 'Ready to collect'), ('attempt_failed', 'Delivery was tried'), ('delivered', 'Delivered'), ('exception', 'Something is in the way'), ('returning', 'On its way back'), ('returned', 'Back at the shop'), ('lost', 'Lost'), ('cancelled', 'Cancelled'), ('expired', 'No news any more')], max_length=20, verbose_name='while it was')),
                ('hours', models.PositiveSmallIntegerField(verbose_name='hours')),
                ('weight', models.FloatField(default=0, verbose_name='weight')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'gap between scans',
                'verbose_name_plural': 'gaps between scans',
            },
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=postpurchase.lib.ids.uuid7, editable=False, unique=True)),
                ('external_id', models.CharField(max_length=300, verbose_name='id at its source')),
                ('direction', models.CharField(choices=[('out', 'To the shopper'), ('return', 'Back to the shop')], default='out', max_length=6, verbose_name='direction')),
                ('leg', models.PositiveSmallIntegerField(default=1, verbose_name='leg')),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='tracking number')),
                ('number_key', models.CharField(blank=True, editable=False, max_length=100)),
                ('carrier', models.CharField(blank=True, max_length=40, verbose_name='carrier')),
                ('carrier_said', models.CharField(blank=True, max_length=500, verbose_name='carrier, as the shop says')),
                ('carrier_by', models.CharField(choices=[('number', 'The number'), ('shop', 'The shop'), ('source', 'The carrier itself'), ('staff', 'Staff')], default='number', max_length=10, verbose_name='carrier named by')),
                ('service', models.CharField(blank=True, max_length=200, verbose_name='service')),
                ('url', models.CharField(blank=True, max_length=1000, verbose_name='the carrier’s page')),
                ('from_country', models.CharField(blank=True, max_length=2, verbose_name='from country')),
                ('from_postcode', models.CharField(blank=True, max_length=20, verbose_name='from postcode')),
                ('to_country', models.CharField(blank=True, max_length=2, verbose_name='to country')),
                ('to_region', models.CharField(blank=True, max_length=100, verbose_name='to region')),
                ('to_postcode', models.CharField(blank=True, max_length=20, verbose_name='to postcode')),
                ('shipped_at', models.DateTimeField(blank=True, null=True, verbose_name='sent, as the shop says')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back by the shop')),
                ('is_history', models.BooleanField(default=False, verbose_name='imported history')),
                ('milestone', models.CharField(choices=[('unknown', 'Not known yet'), ('label_created', 'Label made'), ('picked_up', 'With the carrier'), ('in_transit', 'On its way'), ('out_for_delivery', 'Out for delivery'), ('ready_for_pickup', 'Ready to collect'), ('attempt_failed', 'Delivery was tried'), ('delivered', 'Delivered'), ('exception', 'Something is in the way'), ('returning', 'On its way back'), ('returned', 'Back at the shop'), ('lost', 'Lost'), ('cancelled', 'Cancelled'), ('expired', 'No news any more')], default='unknown', max_length=20, verbose_name='where it is')),
                ('since', models.DateTimeField(blank=True, null=True, verbose_name='since')),
                ('step', models.PositiveSmallIntegerField(default=0, verbose_name='step')),
                ('cause', models.CharField(blank=True, choices=[('', 'None'), ('address', 'The address'), ('recipient_absent', 'Nobody was in'), ('refused', 'It was refused'), ('business_closed', 'The business was closed'), ('customs_documents', 'Papers for customs'), ('customs_duty', 'Duty to pay'), ('weather', 'The weather'), ('capacity', 'Too many parcels at the carrier'), ('missort', 'It went the wrong way'), ('payment_due', 'Something is to be paid'), ('damaged', 'It was damaged'), ('age_check', 'Proof of age'), ('security', 'A security check'), ('unclaimed', 'It was not collected'), ('other', 'Something else')], default='', max_length=20, verbose_name='cause')),
                ('must_act', models.CharField(blank=True, choices=[('', 'Nobody'), ('carrier', 'The carrier'), ('shop', 'The shop'), ('recipient', 'The recipient'), ('customs', 'Customs')], default='', max_length=10, verbose_name='who must act')),
                ('is_delayed', models.BooleanField(default=False, verbose_name='delayed')),
                ('picked_up_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered')),
                ('returning_since', models.DateTimeField(blank=True, null=True, verbose_name='on its way back since')),
                ('first_scan_at', models.DateTimeField(blank=True, null=True, verbose_name='first scan')),
                ('last_scan_at', models.DateTimeField(blank=True, null=True, verbose_name='last scan')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('has_scan_after_delivery', models.BooleanField(default=False, verbose_name='scanned after delivery')),
                ('was_cancelled_under_way', models.BooleanField(default=False, verbose_name='cancelled under way')),
                ('signed_by', models.CharField(blank=True, max_length=200, verbose_name='signed by')),
                ('recent', models.JSONField(blank=True, default=list, verbose_name='newest scans')),
                ('heard_at', models.DateTimeField(blank=True, null=True, verbose_name='last news')),
                ('carrier_from', models.DateField(blank=True, null=True, verbose_name='carrier says from')),
                ('carrier_until', models.DateField(blank=True, null=True, verbose_name='carrier says until')),
                ('carrier_day_by', models.CharField(blank=True, max_length=20, verbose_name='as told by')),
                ('expected_from', models.DateField(blank=True, null=True, verbose_name='expected from')),
                ('expected_until', models.DateField(blank=True, null=True, verbose_name='expected until')),
                ('expected_by', models.CharField(blank=True, choices=[('carrier', 'The carrier'), ('estimate', 'Our estimate'), ('promise', 'The shop’s promise')], default='', max_length=10, verbose_name='date named by')),
                ('expected_ground', models.JSONField(blank=True, default=dict, verbose_name='on the ground of')),
                ('promised_from', models.DateField(blank=True, null=True, verbose_name='promised first, from')),
                ('promised_until', models.DateField(blank=True, null=True, verbose_name='promised first, until')),
                ('learnt_at', models.DateTimeField(blank=True, null=True, verbose_name='learnt from')),
                ('next_poll_at', models.DateTimeField(blank=True, null=True, verbose_name='to be asked for')),
                ('polled_at', models.DateTimeField(blank=True, null=True, verbose_name='asked for')),
                ('quiet_polls', models.PositiveSmallIntegerField(default=0, verbose_name='asked without news')),
                ('next_look_at', models.DateTimeField(blank=True, null=True, verbose_name='to be looked after')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('fulfilment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.fulfilment')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('order', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='shipments', to='orders.order')),
            ],
            options={
                'verbose_name': 'shipment',
                'verbose_name_plural': 'shipments',
            },
        ),
        migrations.CreateModel(
            name='ParcelCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=postpurchase.lib.ids.uuid7, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('no_scan', 'Never scanned'), ('stale', 'Nothing moves'), ('at_risk', 'Will probably be late'), ('late', 'Late'), ('attempt', 'Delivery failed'), ('pickup', 'Waiting to be collected'), ('customs', 'Held by customs'), ('exception', 'Held up'), ('damaged', 'Damaged'), ('returning', 'On its way back'), ('lost', 'Lost')], max_length=20, verbose_name='kind')),
                ('occasion', models.CharField(blank=True, max_length=60)),
                ('cause', models.CharField(blank=True, choices=[('', 'None'), ('address', 'The address'), ('recipient_absent', 'Nobody was in'), ('refused', 'It was refused'), ('business_closed', 'The business was closed'), ('customs_documents', 'Papers for customs'), ('customs_duty', 'Duty to pay'), ('weather', 'The weather'), ('capacity', 'Too many parcels at the carrier'), ('missort', 'It went the wrong way'), ('payment_due', 'Something is to be paid'), ('damaged', 'It was damaged'), ('age_check', 'Proof of age'), ('security', 'A security check'), ('unclaimed', 'It was not collected'), ('other', 'Something else')], default='', max_length=20, verbose_name='cause')),
                ('must_act', models.CharField(blank=True, choices=[('', 'Nobody'), ('carrier', 'The carrier'), ('shop', 'The shop'), ('recipient', 'The recipient'), ('customs', 'Customs')], default='', max_length=10, verbose_name='who must act')),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'The shopper answered'), ('closed', 'Closed')], default='open', max_length=10, verbose_name='state')),
                ('opened_at', models.DateTimeField(verbose_name='since')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='to be settled by')),
                ('data', models.JSONField(blank=True, default=dict, verbose_name='details')),
                ('answer', models.CharField(blank=True, choices=[('slot', 'Deliver it on another day'), ('address', 'Deliver it to another address'), ('pickup', 'I collect it myself'), ('message', 'Something else')], default='', max_length=20, verbose_name='what the shopper wants')),
                ('answer_data', models.JSONField(blank=True, default=dict, verbose_name='the shopper’s words')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('closed_by', models.CharField(blank=True, max_length=200, verbose_name='closed by')),
                ('outcome', models.CharField(blank=True, max_length=500, verbose_name='how it ended')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('shipment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='tracking.shipment')),
            ],
            options={
                'verbose_name': 'parcel case',
                'verbose_name_plural': 'parcel cases',
            },
        ),
        migrations.CreateModel(
            name='NamedDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='named')),
                ('source', models.CharField(choices=[('carrier', 'The carrier'), ('estimate', 'Our estimate'), ('promise', 'The shop’s promise')], max_length=10, verbose_name='by')),
                ('milestone', models.CharField(choices=[('unknown', 'Not known yet'), ('label_created', 'Label made'), ('picked_up', 'With the carrier'), ('in_transit', 'On its way'), ('out_for_delivery', 'Out for delivery'), ('ready_for_pickup', 'Ready to collect'), ('attempt_failed', 'Delivery was tried'), ('delivered', 'Delivered'), ('exception', 'Something is in the way'), ('returning', 'On its way back'), ('returned', 'Back at the shop'), ('lost', 'Lost'), ('cancelled', 'Cancelled'), ('expired', 'No news any more')], max_length=20, verbose_name='while it was')),
                ('from_day', models.DateField(verbose_name='from')),
                ('middle_day', models.DateField(blank=True, null=True, verbose_name='most likely')),
                ('until_day', models.DateField(verbose_name='until')),
                ('weight', models.FloatField(default=0, verbose_name='deliveries that speak')),
                ('ground', models.CharField(blank=True, max_length=200, verbose_name='on the ground of')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('shipment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='named_dates', to='tracking.shipment')),
            ],
            options={
                'verbose_name': 'named date',
                'verbose_name_plural': 'named dates',
            },
        ),
        migrations.CreateModel(
            name='ShipmentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
                ('order_line', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.orderline')),
                ('shipment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='tracking.shipment')),
            ],
            options={
                'verbose_name': 'line of a shipment',
                'verbose_name_plural': 'lines of shipments',
            },
        ),
        migrations.CreateModel(
            name='TransitDays',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=250, verbose_name='kind of way')),
                ('days', models.PositiveSmallIntegerField(verbose_name='days')),
                ('weight', models.FloatField(default=0, verbose_name='weight')),
                ('parcels', models.PositiveIntegerField(default=0, verbose_name='parcels')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'transit time',
                'verbose_name_plural': 'transit times',
            },
        ),
        migrations.CreateModel(
            name='TroubleRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label_days', models.PositiveSmallIntegerField(default=3, verbose_name='working days after the label')),
                ('domestic_days', models.PositiveSmallIntegerField(default=3, verbose_name='working days inland')),
                ('abroad_days', models.PositiveSmallIntegerField(default=7, verbose_name='working days abroad')),
                ('customs_days', models.PositiveSmallIntegerField(default=5, verbose_name='working days at customs')),
                ('out_hours', models.PositiveSmallIntegerField(default=36, verbose_name='hours with the driver')),
                ('pickup_days', models.PositiveSmallIntegerField(default=5, verbose_name='days waiting to be collected')),
                ('lost_days', models.PositiveSmallIntegerField(default=30, verbose_name='days until it counts as lost')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'rules for trouble with parcels',
                'verbose_name_plural': 'rules for trouble with parcels',
            },
        ),
        migrations.CreateModel(
            name='UnknownWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('word', models.CharField(max_length=100, verbose_name='word')),
                ('seen', models.PositiveIntegerField(default=0, verbose_name='times')),
                ('first_at', models.DateTimeField(verbose_name='first')),
                ('last_at', models.DateTimeField(verbose_name='last')),
                ('merchant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='merchants.merchant')),
            ],
            options={
                'verbose_name': 'unknown word',
                'verbose_name_plural': 'unknown words',
            },
        ),
        migrations.AddConstraint(
            model_name='carrieraccount',
            constraint=models.UniqueConstraint(fields=('merchant', 'id'), name='tracking_account_tenant'),
        ),
        migrations.AddIndex(
            model_name='carrierdelivery',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['next_at', 'id'], name='tracking_inbox_due'),
        ),
        migrations.AddIndex(
            model_name='carrierdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['merchant', 'waiting_for'], name='tracking_inbox_waiting'),
        ),
        migrations.AddIndex(
            model_name='carrierdelivery',
            index=models.Index(fields=['received_at'], name='tracking_inbox_age'),
        ),
        migrations.AddConstraint(
            model_name='carrierdelivery',
            constraint=models.UniqueConstraint(fields=('account', 'event_key'), name='tracking_inbox_once'),
        ),
        migrations.AddConstraint(
            model_name='carrierdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'waiting', 'done', 'failed'])), name='tracking_inbox_state_known'),
        ),
        migrations.AddConstraint(
            model_name='rangecalibration',
            constraint=models.UniqueConstraint(fields=('merchant',), name='tracking_one_calibration_each'),
        ),
        migrations.AddConstraint(
            model_name='scangap',
            constraint=models.UniqueConstraint(fields=('merchant', 'carrier', 'milestone', 'hours'), name='tracking_gap_once'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('number_key', ''), _negated=True), fields=['merchant', 'number_key'], name='tracking_by_number'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('next_poll_at__isnull', False)), fields=['next_poll_at', 'id'], name='tracking_poll_due'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at', 'id'], name='tracking_look_due'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('delivered_at__isnull', False)), fields=['merchant', '-delivered_at'], name='tracking_delivered'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('milestone__in', ['attempt_failed', 'exception', 'in_transit', 'label_created', 'out_for_delivery', 'picked_up', 'ready_for_pickup', 'returning', 'unknown']), ('withdrawn_at', None)), fields=['merchant', 'milestone', '-since', '-id'], name='tracking_open_newest'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.UniqueConstraint(fields=('order', 'external_id'), name='tracking_shipment_once'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.UniqueConstraint(fields=('merchant', 'id'), name='tracking_shipment_tenant'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('milestone__in', ['unknown', 'label_created', 'picked_up', 'in_transit', 'out_for_delivery', 'ready_for_pickup', 'attempt_failed', 'delivered', 'exception', 'returning', 'returned', 'lost', 'cancelled', 'expired'])), name='tracking_milestone_known'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['out', 'return'])), name='tracking_direction_known'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delivered_at__isnull', False), ('milestone', 'delivered')), models.Q(models.Q(('milestone', 'delivered'), _negated=True), ('delivered_at', None)), _connector='OR'), name='tracking_delivered_says_when'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('expected_from', None), ('expected_from__lte', models.F('expected_until')), _connector='OR'), name='tracking_dates_in_order'),
        ),
        migrations.AddIndex(
            model_name='parcelcase',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['merchant', 'kind', 'opened_at', 'id'], name='tracking_cases_open'),
        ),
        migrations.AddConstraint(
            model_name='parcelcase',
            constraint=models.UniqueConstraint(fields=('shipment', 'kind', 'occasion'), name='tracking_case_once'),
        ),
        migrations.AddConstraint(
            model_name='parcelcase',
            constraint=models.UniqueConstraint(fields=('merchant', 'id'), name='tracking_case_tenant'),
        ),
        migrations.AddConstraint(
            model_name='parcelcase',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['no_scan', 'stale', 'at_risk', 'late', 'attempt', 'pickup', 'customs', 'exception', 'damaged', 'returning', 'lost'])), name='tracking_case_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='parcelcase',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'answered', 'closed'])), name='tracking_case_state_known'),
        ),
        migrations.AddIndex(
            model_name='nameddate',
            index=models.Index(fields=['merchant', '-at'], name='tracking_dates_newest'),
        ),
        migrations.AddConstraint(
            model_name='shipmentline',
            constraint=models.UniqueConstraint(fields=('shipment', 'order_line'), name='tracking_shipment_line_once'),
        ),
        migrations.AddConstraint(
            model_name='shipmentline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='tracking_shipment_line_holds_some'),
        ),
        migrations.AddConstraint(
            model_name='transitdays',
            constraint=models.UniqueConstraint(fields=('merchant', 'name', 'days'), name='tracking_transit_once'),
        ),
        migrations.AddConstraint(
            model_name='troublerules',
            constraint=models.UniqueConstraint(fields=('merchant',), name='tracking_one_trouble_rule_each'),
        ),
        migrations.AddConstraint(
            model_name='unknownword',
            constraint=models.UniqueConstraint(fields=('merchant', 'source', 'word'), name='tracking_word_once'),
        ),
    ]
