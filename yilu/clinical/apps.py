"""The record: observations, notes, diagnoses, allergies, prescriptions."""

from django.apps import AppConfig


class ClinicalConfig(AppConfig):
    name = "yilu.clinical"
    label = "clinical"
