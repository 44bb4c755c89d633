import django.db.models.deletion
import yilu.platform.clock
import yilu.platform.crypto
import yilu.platform.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('facility', '0003_quiet_hours'),
        ('interop', '0002_requests_in_clinic_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=yilu.platform.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('dicom', 'Imaging (DICOM)'), ('hl7', 'Analyser (HL7)')], max_length=5)),
                ('name', models.CharField(max_length=40)),
                ('address', models.GenericIPAddressField(null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('heard', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField(null=True)),
                ('last_fault', models.CharField(blank=True, max_length=200)),
                ('fault_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=yilu.platform.clock.machine_now, editable=False)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facility.site')),
            ],
            options={
                'ordering': ['kind', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Heard',
            fields=[
                ('id', models.UUIDField(default=yilu.platform.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('control_id', models.CharField(max_length=50)),
                ('state', models.CharField(choices=[('taken', 'Entered'), ('unmatched', 'Specimen unknown'), ('refused', 'Not taken'), ('put_aside', 'Put aside')], max_length=9)),
                ('answer', models.CharField(max_length=2)),
                ('fault', models.CharField(blank=True, max_length=200)),
                ('specimen', models.CharField(blank=True, max_length=40)),
                ('raw', yilu.platform.crypto.EncryptedTextField(column='interop.heard.raw')),
                ('at', models.DateTimeField(default=yilu.platform.clock.machine_now, editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='interop.device')),
                ('settled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('kind', 'name'), name='interop_device_once'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['dicom', 'hl7'])), name='interop_device_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('last_at__gte', '1900-01-01T00:00Z'), ('last_at__lt', '2201-01-01T00:00Z')), name='interop_device_last_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('fault_at__gte', '1900-01-01T00:00Z'), ('fault_at__lt', '2201-01-01T00:00Z')), name='interop_device_fault_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('created_at__gte', '1900-01-01T00:00Z'), ('created_at__lt', '2201-01-01T00:00Z')), name='interop_device_created_at_in_calendar'),
        ),
        migrations.AddIndex(
            model_name='heard',
            index=models.Index(fields=['device', '-at'], name='interop_heard_of_device'),
        ),
        migrations.AddIndex(
            model_name='heard',
            index=models.Index(condition=models.Q(('state__in', ('unmatched', 'refused'))), fields=['-at'], name='interop_heard_open'),
        ),
        migrations.AddConstraint(
            model_name='heard',
            constraint=models.UniqueConstraint(fields=('device', 'control_id'), name='interop_heard_once'),
        ),
        migrations.AddConstraint(
            model_name='heard',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['taken', 'unmatched', 'refused', 'put_aside'])), name='interop_heard_known'),
        ),
        migrations.AddConstraint(
            model_name='heard',
            constraint=models.CheckConstraint(condition=models.Q(('at__gte', '1900-01-01T00:00Z'), ('at__lt', '2201-01-01T00:00Z')), name='interop_heard_at_in_calendar'),
        ),
    ]
