import django.contrib.postgres.fields
import django.db.models.deletion
import yilu.platform.crypto
import yilu.platform.ids
from django.conf import settings
from django.db import migrations, models

# What was released stays as it is: by the same rule as reports of the laboratory.
KEEP = """
CREATE TRIGGER diagnostics_studyreport_kept BEFORE UPDATE OR DELETE ON diagnostics_studyreport
    FOR EACH ROW EXECUTE FUNCTION diagnostics_keep_report();
"""
KEEP_NOT = "DROP TRIGGER diagnostics_studyreport_kept ON diagnostics_studyreport;"


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_modes'),
        ('diagnostics', '0004_outside_results'),
        ('facility', '0003_quiet_hours'),
        ('patients', '0005_merge_sexes'),
        ('platform', '0004_key_proof'),
        ('scheduling', '0020_fixed_times'),
        ('visits', '0002_taken_back_check_ins'),
        ('workforce', '0004_languages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Study',
            fields=[
                ('id', models.UUIDField(default=yilu.platform.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('clinic_day', models.DateField()),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('accession', models.CharField(max_length=16, unique=True)),
                ('uid', models.CharField(max_length=64, unique=True)),
                ('modality', models.CharField(max_length=4)),
                ('part', models.CharField(max_length=16)),
                ('side', models.CharField(blank=True, choices=[('left', 'Left'), ('right', 'Right'), ('both', 'Both')], max_length=5)),
                ('again', yilu.platform.crypto.EncryptedTextField(column='diagnostics.study.again')),
                ('state', models.CharField(choices=[('ordered', 'Expected'), ('arrived', 'Arrived'), ('begun', 'Under way'), ('taken', 'To report'), ('reported', 'To verify'), ('released', 'Reported'), ('cancelled', 'Cancelled')], default='ordered', max_length=10)),
                ('identity', models.JSONField(default=dict)),
                ('checks', models.JSONField(default=dict)),
                ('override', yilu.platform.crypto.EncryptedTextField(column='diagnostics.study.override')),
                ('is_overridden', models.BooleanField(default=False)),
                ('ordered_at', models.DateTimeField()),
                ('arrived_at', models.DateTimeField(null=True)),
                ('begun_at', models.DateTimeField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='StudyImage',
            fields=[
                ('id', models.UUIDField(default=yilu.platform.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('sop_uid', models.CharField(max_length=64, unique=True)),
                ('series_uid', models.CharField(max_length=64)),
                ('series_number', models.PositiveIntegerField(default=0)),
                ('number', models.PositiveIntegerField(default=0)),
                ('modality', models.CharField(blank=True, max_length=16)),
                ('title', models.CharField(blank=True, max_length=100)),
                ('frames', models.PositiveIntegerField(default=1)),
                ('is_dicom', models.BooleanField(default=True)),
                ('source', models.CharField(blank=True, max_length=64)),
                ('told', yilu.platform.crypto.EncryptedTextField(column='diagnostics.studyimage.told')),
                ('received_at', models.DateTimeField()),
                ('assigned_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='StudyReport',
            fields=[
                ('id', models.UUIDField(default=yilu.platform.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('clinic_day', models.DateField()),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('issue', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('entered', 'To verify'), ('released', 'Reported'), ('replaced', 'Replaced by a newer issue'), ('dropped', 'Sent back')], max_length=10)),
                ('entered_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(null=True)),
                ('sent_back', models.CharField(blank=True, max_length=200)),
                ('explained_at', models.DateTimeField(null=True)),
                ('findings', yilu.platform.crypto.EncryptedTextField(column='diagnostics.studyreport.findings')),
                ('impression', yilu.platform.crypto.EncryptedTextField(column='diagnostics.studyreport.impression')),
                ('why', yilu.platform.crypto.EncryptedTextField(column='diagnostics.studyreport.why')),
                ('critical', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), default=list, size=None)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='examrequest',
            name='diagnostics_request_once',
        ),
        migrations.RemoveConstraint(
            model_name='examrequest',
            name='diagnostics_request_known',
        ),
        migrations.RemoveConstraint(
            model_name='examrequest',
            name='diagnostics_request_booked',
        ),
        migrations.RemoveIndex(
            model_name='examrequest',
            name='diagnostics_request_pending',
        ),
        migrations.AlterField(
            model_name='criticalvalue',
            name='report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='diagnostics.labreport'),
        ),
        migrations.AlterField(
            model_name='examrequest',
            name='state',
            field=models.CharField(choices=[('open', 'To be booked'), ('booked', 'Booked'), ('here', 'At this visit'), ('done', 'Done'), ('withdrawn', 'Withdrawn')], default='open', max_length=10),
        ),
        migrations.AddIndex(
            model_name='examrequest',
            index=models.Index(condition=models.Q(('state__in', ('open', 'booked', 'here'))), fields=['site', 'requested_at'], name='diagnostics_request_pending'),
        ),
        migrations.AddConstraint(
            model_name='examrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('open', 'booked', 'here'))), fields=('patient', 'service', 'site'), name='diagnostics_request_once'),
        ),
        migrations.AddConstraint(
            model_name='examrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'booked', 'here', 'done', 'withdrawn']), ('kind__in', ['imaging', 'endoscopy', 'laboratory', 'function']), ('urgency__in', ['usual', 'soon', 'urgent'])), name='diagnostics_request_known'),
        ),
        migrations.AddConstraint(
            model_name='examrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('open', 'here', 'withdrawn')), models.Q(('booking__isnull', True), ('state', 'done')), models.Q(('booking__isnull', False), ('starts_at__isnull', False), ('trip__isnull', False)), _connector='OR'), name='diagnostics_request_booked'),
        ),
        migrations.AddField(
            model_name='study',
            name='arrived_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='study',
            name='begun_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='study',
            name='patient',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='study',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='study', to='diagnostics.examrequest'),
        ),
        migrations.AddField(
            model_name='study',
            name='site',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facility.site'),
        ),
        migrations.AddField(
            model_name='study',
            name='taken_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='study',
            name='visit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.visit'),
        ),
        migrations.AddField(
            model_name='studyimage',
            name='assigned_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='studyimage',
            name='file',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='platform.file'),
        ),
        migrations.AddField(
            model_name='studyimage',
            name='given_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='studyimage',
            name='site',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facility.site'),
        ),
        migrations.AddField(
            model_name='studyimage',
            name='study',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='images', to='diagnostics.study'),
        ),
        migrations.AddField(
            model_name='studyreport',
            name='entered_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='studyreport',
            name='explained_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='studyreport',
            name='patient',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='studyreport',
            name='site',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facility.site'),
        ),
        migrations.AddField(
            model_name='studyreport',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='diagnostics.study'),
        ),
        migrations.AddField(
            model_name='studyreport',
            name='verified_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='studyreport',
            name='visit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.visit'),
        ),
        migrations.AddField(
            model_name='criticalvalue',
            name='study_report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='diagnostics.studyreport'),
        ),
        migrations.AddConstraint(
            model_name='criticalvalue',
            constraint=models.UniqueConstraint(fields=('study_report', 'analyte'), name='diagnostics_critical_finding_once'),
        ),
        migrations.AddConstraint(
            model_name='criticalvalue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('report__isnull', True), ('study_report__isnull', False)), models.Q(('report__isnull', False), ('study_report__isnull', True)), _connector='OR'), name='diagnostics_critical_of_one'),
        ),
        migrations.AddIndex(
            model_name='study',
            index=models.Index(condition=models.Q(('state__in', ('ordered', 'arrived', 'begun', 'taken', 'reported'))), fields=['site', 'ordered_at'], name='diagnostics_study_pending'),
        ),
        migrations.AddIndex(
            model_name='study',
            index=models.Index(fields=['site', 'begun_at'], name='diagnostics_study_figures'),
        ),
        migrations.AddIndex(
            model_name='study',
            index=models.Index(fields=['visit'], name='diagnostics_study_visit'),
        ),
        migrations.AddIndex(
            model_name='study',
            index=models.Index(fields=['patient', 'taken_at'], name='diagnostics_study_patient'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['ordered', 'arrived', 'begun', 'taken', 'reported', 'released', 'cancelled']), ('side__in', ['', 'left', 'right', 'both'])), name='diagnostics_study_known'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('arrived', 'begun', 'taken', 'reported')), _negated=True), ('arrived_at__isnull', False), _connector='OR'), name='diagnostics_study_here'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('ordered', 'arrived', 'cancelled')), ('begun_at__isnull', False), _connector='OR'), name='diagnostics_study_begun'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('ordered_at__gte', '1900-01-01T00:00Z'), ('ordered_at__lt', '2201-01-01T00:00Z')), name='diagnostics_study_ordered_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('arrived_at__gte', '1900-01-01T00:00Z'), ('arrived_at__lt', '2201-01-01T00:00Z')), name='diagnostics_study_arrived_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('begun_at__gte', '1900-01-01T00:00Z'), ('begun_at__lt', '2201-01-01T00:00Z')), name='diagnostics_study_begun_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('taken_at__gte', '1900-01-01T00:00Z'), ('taken_at__lt', '2201-01-01T00:00Z')), name='diagnostics_study_taken_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gte', '1900-01-01T00:00Z'), ('due_at__lt', '2201-01-01T00:00Z')), name='diagnostics_study_due_at_in_calendar'),
        ),
        migrations.AddIndex(
            model_name='studyimage',
            index=models.Index(condition=models.Q(('removed_at__isnull', True), ('study__isnull', True)), fields=['site', 'received_at'], name='diagnostics_image_unmatched'),
        ),
        migrations.AddConstraint(
            model_name='studyimage',
            constraint=models.CheckConstraint(condition=models.Q(('received_at__gte', '1900-01-01T00:00Z'), ('received_at__lt', '2201-01-01T00:00Z')), name='diagnostics_studyimage_received_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='studyimage',
            constraint=models.CheckConstraint(condition=models.Q(('assigned_at__gte', '1900-01-01T00:00Z'), ('assigned_at__lt', '2201-01-01T00:00Z')), name='diagnostics_studyimage_assigned_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='studyimage',
            constraint=models.CheckConstraint(condition=models.Q(('removed_at__gte', '1900-01-01T00:00Z'), ('removed_at__lt', '2201-01-01T00:00Z')), name='diagnostics_studyimage_removed_at_in_calendar'),
        ),
        migrations.AddIndex(
            model_name='studyreport',
            index=models.Index(fields=['patient', 'verified_at'], name='diagnostics_studyreport_mine'),
        ),
        migrations.AddIndex(
            model_name='studyreport',
            index=models.Index(fields=['visit'], name='diagnostics_studyreport_visit'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.UniqueConstraint(fields=('study', 'issue'), name='diagnostics_studyreport_each_issue_once'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'entered')), fields=('study',), name='diagnostics_studyreport_one_entered'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'released')), fields=('study',), name='diagnostics_studyreport_one_in_force'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['entered', 'released', 'replaced', 'dropped'])), name='diagnostics_studyreport_known'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), ('entered_by__isnull', True), models.Q(('verified_by', models.F('entered_by')), _negated=True), _connector='OR'), name='diagnostics_studyreport_second_person'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('entered', 'dropped')), ('verified_at__isnull', False), _connector='OR'), name='diagnostics_studyreport_verified'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.CheckConstraint(condition=models.Q(('entered_at__gte', '1900-01-01T00:00Z'), ('entered_at__lt', '2201-01-01T00:00Z')), name='diagnostics_studyreport_entered_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.CheckConstraint(condition=models.Q(('verified_at__gte', '1900-01-01T00:00Z'), ('verified_at__lt', '2201-01-01T00:00Z')), name='diagnostics_studyreport_verified_at_in_calendar'),
        ),
        migrations.AddConstraint(
            model_name='studyreport',
            constraint=models.CheckConstraint(condition=models.Q(('explained_at__gte', '1900-01-01T00:00Z'), ('explained_at__lt', '2201-01-01T00:00Z')), name='diagnostics_studyreport_explained_at_in_calendar'),
        ),
        migrations.RunSQL(KEEP, KEEP_NOT),
    ]
