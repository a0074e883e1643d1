"""Reads what patient monitors and infusion pumps send, and plays one of each.

Pure: the standard library alone, no database, no clock, no clinic. Bytes come in, facts go out;
whoever calls keeps them. Moments are passed in by the caller, and errors begin with the verb that
mends them.

==================== =====================================================================
`hl7`                bytes → `Message`: delimiters, escapes, character sets, round trip
`moments`            HL7 times → UTC, with how we know the offset
`mllp`               frames from a stream cut anywhere, and a server that answers after commit
`acknowledgement`    what to answer, and whether a message came before
`codes`              the reviewed tables of MDC, LOINC and UCUM codes
`observations`       OBX rows with device, channel, code, value, unit and time
`monitor`, `pump`    readings of a monitor, events of a pump; `course` joins those
`inbox`              one call: bytes → accepted, quarantined or refused, with the reason
`physiology`, `simulator`, `sender`  a monitor, a pump and a client that resends
==================== =====================================================================
"""
