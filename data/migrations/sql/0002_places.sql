-- Where a place lies: its county and whether it is too near a county line to be sure.

CREATE COLLATION IF NOT EXISTS pinyin (provider = icu, locale = 'zh-u-co-pinyin');

CREATE FUNCTION representative_point(place geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN GeometryType(place) = 'POINT' THEN place ELSE ST_PointOnSurface(place) END
$$;

-- A point on a shared line, or on an edge where a polygon was cut, meets several parts: the lowest code wins, as in
-- gis.join. A point outside every county is nowhere and says so; it is never pulled to the nearest.
CREATE FUNCTION county_at(place geometry) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT part.code FROM area_part part
     WHERE ST_Intersects(part.geom, representative_point(place)) ORDER BY part.code LIMIT 1
$$;

CREATE FUNCTION near_county_line(place geometry, own_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM area_part part
         WHERE part.code <> own_code
           AND part.geom && ST_Expand(representative_point(place), 0.01)
           AND ST_DWithin(part.geom::geography, representative_point(place)::geography, 500))
$$;

CREATE FUNCTION place_before_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.county_code := county_at(NEW.geom);
    NEW.near_line := NEW.county_code IS NOT NULL AND near_county_line(NEW.geom, NEW.county_code);
    RETURN NEW;
END $$;

CREATE TRIGGER place_before_write BEFORE INSERT OR UPDATE OF geom ON project_place
    FOR EACH ROW EXECUTE FUNCTION place_before_write();
