-- A change set of kind siting makes records that are modelled, whatever of it is accepted; the place of such a
-- record was found by the method siting and is modelled until somebody puts another one in its stead.
ALTER TABLE change_set DROP CONSTRAINT ck_change_set_kind_in_list,
    ADD CONSTRAINT ck_change_set_kind_in_list
        CHECK (kind IN ('form', 'bulk', 'import', 'claim', 'clinic', 'siting', 'merge', 'restore', 'delete'));
ALTER TABLE project_place DROP CONSTRAINT ck_project_place_method_in_list,
    ADD CONSTRAINT ck_project_place_method_in_list CHECK (method IN
        ('gps', 'map_click', 'geocoder', 'gazetteer', 'parcel', 'centroid', 'document_text', 'siting'));
