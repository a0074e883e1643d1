"""Reading FHIR R4 without trusting it. Pure: bytes in, facts or a reason out."""
