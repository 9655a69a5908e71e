"""One file that is a whole map: it opens from a USB stick and asks no server for anything.

``page.document`` puts together what is drawn (``services.pack.offline`` reads it), the words of both
languages, Leaflet from the static folder, and the script and style beside this file. The script keeps to the
JavaScript of 2009 (ES5), because such a file is opened on whatever old computer stands in the meeting room.
"""
