-- Where a place lies: its county and whether it is too near a county line to be sure.

CREATE COLLATION IF NOT EXISTS pinyin (provider = icu, locale = 'zh-u-co-pinyin');

CREATE FUNCTION representative_point(place geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN GeometryType(place) = 'POINT' THEN place ELSE ST_PointOnSurface(place) END
$$;

-- A point on a shared line belongs to the lowest code, as in gis.join. The cut pieces find the county quickly; their
-- cuts are rounded, so a point on the edge of a piece is settled by the whole polygons. A point outside every county
-- is nowhere and says so; it is never pulled to the nearest.
CREATE FUNCTION county_at(place geometry) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH spot AS MATERIALIZED (
        SELECT representative_point(place) AS point
    ), met AS MATERIALIZED (
        SELECT part.code, ST_DWithin(ST_Boundary(part.geom), spot.point, 1e-9) AS on_edge
          FROM spot JOIN area_part part ON ST_DWithin(part.geom, spot.point, 1e-9)
    )
    SELECT CASE WHEN count(*) = 1 AND NOT bool_or(on_edge) THEN min(code)
                ELSE (SELECT min(area.code) FROM area, spot
                       WHERE area.level = 'county' AND area.code IN (SELECT code FROM met)
                         AND NOT ST_Relate(area.geom, spot.point, 'FF*FF****')) END
      FROM met
$$;

-- A point lies in one county; a line or polygon in every county whose inside it enters, in code order. To touch a line
-- is not to enter: a polygon is drawn in by a centimetre first, since an edge along a county line may cross it by the
-- last digits of the numbers.
CREATE FUNCTION counties_of(place geometry) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN GeometryType(place) = 'POINT' THEN array_remove(ARRAY[county_at(place)], NULL)
        ELSE ARRAY(
            SELECT DISTINCT part.code
              FROM (SELECT CASE WHEN ST_Dimension(place) = 2 AND NOT ST_IsEmpty(ST_Buffer(place, -1e-7))
                                THEN ST_Buffer(place, -1e-7) ELSE place END AS geom OFFSET 0) AS inside
              JOIN area_part part ON part.geom && inside.geom AND ST_Relate(part.geom, inside.geom, 'T********')
             ORDER BY part.code)
    END
$$;

-- Only for points: a line or polygon near a county line is no doubt about its county.
CREATE FUNCTION near_county_line(place geometry, own_code text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT GeometryType(place) = 'POINT' AND EXISTS (
        SELECT FROM area_part part
         WHERE part.code <> own_code
           AND part.geom && ST_Expand(place, 0.01)
           AND ST_DWithin(part.geom::geography, place::geography, 500))
$$;

CREATE FUNCTION place_before_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.county_code := county_at(NEW.geom);
    NEW.county_codes := CASE WHEN GeometryType(NEW.geom) <> 'POINT' THEN counties_of(NEW.geom)
                             WHEN NEW.county_code IS NULL THEN '{}' ELSE ARRAY[NEW.county_code] END;
    NEW.near_line := NEW.county_code IS NOT NULL AND near_county_line(NEW.geom, NEW.county_code);
    RETURN NEW;
END $$;

CREATE TRIGGER place_before_write
    BEFORE INSERT OR UPDATE OF geom, county_code, county_codes, near_line ON project_place
    FOR EACH ROW EXECUTE FUNCTION place_before_write();
