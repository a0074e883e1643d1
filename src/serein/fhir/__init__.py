"""The edge where the clinic's words become FHIR R4, and FHIR R4 becomes the clinic's words."""
