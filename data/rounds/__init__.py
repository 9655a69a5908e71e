"""Making a round of Monday lists: what each unit is asked for, its workbook, the schedule.

``gathering`` reads what is late, due, contradictory or wanting for all units at once, ``making`` writes the
workbooks into a folder, ``weekly`` orders a round when its hour has come.
"""
