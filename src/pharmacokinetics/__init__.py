"""Pharmacokinetics of intravenous ketamine: exact, small and free of any clinic.

A model is a file of reviewed numbers (`library`). With a weight it becomes poles and residues
(`disposition`). A pump's entries become breakpoints (`pump_log`). Carried along the breakpoints a
handful of mode amounts gives every level (`course`), every area and peak (`exposure`) and the rate
that would reach a level (`planning`). Nothing is stepped: every answer is a sum of exponentials.

Every result names its sampling site. These are models of published volunteers, not measurements.
"""
