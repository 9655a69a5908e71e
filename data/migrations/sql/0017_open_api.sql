-- What the open interface reads, and the tokens of those who ask.

-- ---- tokens: made and revoked by functions, each reading of one written by one ----

CREATE TABLE api_token (
    id serial CONSTRAINT pk_api_token PRIMARY KEY,
    unit_id text NOT NULL CONSTRAINT fk_api_token_unit_id_owner_unit REFERENCES owner_unit,
    title text NOT NULL CONSTRAINT ck_api_token_title_length CHECK (length(title) BETWEEN 1 AND 80),
    token_sha256 bytea NOT NULL CONSTRAINT uq_api_token_token_sha256 UNIQUE,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT ck_api_token_ends CHECK (expires_at BETWEEN created_at AND created_at + interval '1101 days')
);
CREATE INDEX ix_api_token_unit_id ON api_token (unit_id);
ALTER TABLE api_token ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON api_token FOR SELECT TO atlas_app USING ((SELECT sees_everything()));
GRANT SELECT (id, unit_id, title, created_by, created_at, expires_at, last_used_at, revoked_at) ON api_token TO atlas_app;

-- A token is a viewer of its unit, without an account: its number is negative, so that it is nobody's, and its name
-- cannot be a sign-in name.
CREATE OR REPLACE FUNCTION acting() RETURNS account
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE
    found account;
    presented text := coalesce(current_setting('atlas.session', true), '');
BEGIN
    IF presented = '' THEN
        RETURN NULL;
    END IF;
    IF starts_with(presented, 'atlas_') THEN
        SELECT -token.id, 'api:' || token.id, token.title, 'viewer', token.unit_id, false
          INTO found.id, found.name, found.display_name, found.role, found.unit_id, found.must_change_password
          FROM api_token AS token
         WHERE token.token_sha256 = sha256(convert_to(presented, 'UTF8'))
           AND token.revoked_at IS NULL AND token.expires_at > statement_timestamp();
        RETURN found;
    END IF;
    SELECT account.* INTO found FROM account_session opened JOIN account ON account.id = opened.account_id
     WHERE opened.token_sha256 = sha256(convert_to(presented, 'UTF8'))
       AND opened.revoked_at IS NULL AND opened.expires_at > statement_timestamp() AND account.disabled_at IS NULL;
    RETURN found;
END $$;

CREATE FUNCTION make_api_token(unit_key text, purpose text, hash bytea, days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE made integer;
BEGIN
    IF NOT writes_everything() THEN
        RAISE insufficient_privilege USING MESSAGE = 'only an administrator makes tokens';
    END IF;
    INSERT INTO api_token (unit_id, title, token_sha256, created_by, expires_at)
    VALUES (unit_key, purpose, hash, acting_name(), now() + make_interval(days => days)) RETURNING id INTO made;
    RETURN made;
END $$;

CREATE FUNCTION revoke_api_token(token_key integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
BEGIN
    IF NOT writes_everything() THEN
        RAISE insufficient_privilege USING MESSAGE = 'only an administrator revokes tokens';
    END IF;
    UPDATE api_token SET revoked_at = coalesce(revoked_at, now()) WHERE id = token_key;
    RETURN FOUND;
END $$;

-- When the acting token was last used, to ten minutes: a page of a map asks a hundred times.
CREATE FUNCTION note_api_token_use() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atlas, public, pg_temp AS $$
DECLARE mine integer := -acting_account();
BEGIN
    UPDATE api_token SET last_used_at = now()
     WHERE id = mine AND coalesce(last_used_at, '-infinity') < now() - interval '10 minutes';
END $$;

-- ---- where a record lies, in one number ----

-- Row-level security lets an index answer only what leaks nothing, and the operators of PostGIS are not trusted with
-- that: under it a box on the map would read every row. Comparing numbers is trusted. So every point has the number of
-- its cell of 2^-24 of the Web Mercator square, its bits interleaved (Morton order): a tile is one range of numbers.
-- -2: a line or polygon, which may lie in several tiles; null: no place.
CREATE FUNCTION quad_key(shape geometry) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = atlas, public, pg_temp AS $$
DECLARE
    x bigint;
    y bigint;
    latitude double precision;
BEGIN
    IF GeometryType(shape) <> 'POINT' OR ST_IsEmpty(shape) THEN
        RETURN -2;
    END IF;
    latitude := radians(least(greatest(ST_Y(shape), -85.0511287798066), 85.0511287798066));
    x := least(greatest(floor((ST_X(shape) + 180) / 360 * 16777216), 0), 16777215);
    y := least(greatest(floor((1 - ln(tan(latitude) + 1 / cos(latitude)) / pi()) / 2 * 16777216), 0), 16777215);
    x := (x | (x << 16)) & 281470681808895;
    x := (x | (x << 8)) & 71777214294589695;
    x := (x | (x << 4)) & 1085102592571150095;
    x := (x | (x << 2)) & 3689348814741910323;
    x := (x | (x << 1)) & 6148914691236517205;
    y := (y | (y << 16)) & 281470681808895;
    y := (y | (y << 8)) & 71777214294589695;
    y := (y | (y << 4)) & 1085102592571150095;
    y := (y | (y << 2)) & 3689348814741910323;
    y := (y | (y << 1)) & 6148914691236517205;
    RETURN x | (y << 1);
END $$;

ALTER TABLE project_facet ADD COLUMN quad bigint GENERATED ALWAYS AS (quad_key(geom)) STORED;
-- With what the policies ask of a row, so that counting the rows of a tile reads the index alone.
CREATE INDEX ix_project_facet_quad ON project_facet (quad) INCLUDE (published, owner_unit_id);

-- ---- collections: rows are those that the asking role may read, names of columns those of the exports ----

CREATE VIEW open_project WITH (security_invoker = true) AS
SELECT facet.project_id AS id, project.name,
       facet.aliases, facet.kind, facet.category,
       CASE facet.category
           WHEN 'hospital' THEN '医疗服务机构' WHEN 'village_clinic' THEN '村卫生室' WHEN 'elderly_care' THEN '健康养老'
           WHEN 'tcm' THEN '中医药' WHEN 'pharma_park' THEN '医药制造与园区' WHEN 'medical_device' THEN '医疗器械与康复辅具'
           WHEN 'hot_spring_town' THEN '温泉小镇' WHEN 'wellness_tourism' THEN '健康旅游' WHEN 'sports' THEN '体育健身'
           WHEN 'food_health' THEN '健康食品' WHEN 'health_management' THEN '健康管理' WHEN 'education' THEN '教育与人才'
           WHEN 'insurance' THEN '健康保险' WHEN 'digital_health' THEN '智慧健康' WHEN 'other' THEN '其他' END
           AS category_zh,
       facet.parent_id, project.quantity, project.quantity_basis, project.project_code,
       facet.province_code, coalesce(province.name, facet.province_code) AS province,
       facet.prefecture_code, coalesce(prefecture.name, facet.prefecture_code) AS prefecture,
       facet.county_code, coalesce(county.name, facet.county_code) AS county,
       CASE WHEN facet.county_code IS DISTINCT FROM project.county_code THEN 'derived' ELSE project.county_basis END
           AS county_basis,
       facet.touches, facet.township_code, facet.township, facet.zone_id, coalesce(zone.name, facet.zone_id) AS zone,
       project.address, facet.precision,
       CASE facet.precision WHEN 1 THEN '地块或建筑' WHEN 2 THEN '地址或村（1公里内）' WHEN 3 THEN '乡镇（街道）'
           WHEN 4 THEN '县（市、区）' WHEN 5 THEN '地市、功能区或省' ELSE '未定位' END AS precision_zh,
       facet.place_method, facet.place_basis, facet.place_datum, facet.place_source,
       facet.near_line AS near_county_line, facet.stage, project.stage_words, project.as_of_year, facet.ownership,
       facet.delivery_mode, project.approval_type, project.key_lists, facet.promotion_stage, project.open_to_capital,
       project.capital_sought AS capital_sought_wan, facet.land_status, project.cooperation, facet.funding_status,
       facet.total_investment AS total_investment_wan, facet.beds, facet.floor_area_m2, facet.land_mu, project.jobs,
       project.annual_output AS annual_output_wan,
       ARRAY(SELECT coalesce(source.number, source.title, held.key)
               FROM unnest(facet.document_ids) WITH ORDINALITY AS held (key, place)
               LEFT JOIN source ON source.id = held.key AND source.kind = 'document' ORDER BY held.place) AS documents,
       facet.task_ids AS tasks,
       ARRAY(SELECT coalesce(unit.name, held.key) FROM unnest(facet.lead_ids) WITH ORDINALITY AS held (key, place)
               LEFT JOIN unit ON unit.id = held.key ORDER BY held.place) AS lead_units,
       ARRAY(SELECT coalesce(unit.name, held.key) FROM unnest(facet.support_ids) WITH ORDINALITY AS held (key, place)
               LEFT JOIN unit ON unit.id = held.key ORDER BY held.place) AS support_units,
       ARRAY(SELECT coalesce(unit.name, held.key) FROM unnest(facet.duty_ids) WITH ORDINALITY AS held (key, place)
               LEFT JOIN unit ON unit.id = held.key ORDER BY held.place) AS duty_units,
       ARRAY(SELECT held.key FROM jsonb_each(project.provenance) AS held (key, value)
              WHERE held.value ->> 'basis' = 'reported' ORDER BY held.key) AS reported,
       facet.basis,
       CASE facet.basis WHEN 'documented' THEN '文件载明' WHEN 'reported' THEN '单位填报' WHEN 'derived' THEN '公开资料推定'
           WHEN 'modelled' THEN '模拟测算' WHEN 'demo' THEN '演示数据' END AS basis_zh,
       project.note, project.updated_at, facet.geom, facet.quad
  FROM project_facet AS facet
  LEFT JOIN project ON project.id = facet.project_id
  LEFT JOIN area AS province ON province.code = facet.province_code AND province.level = 'province'
  LEFT JOIN area AS prefecture ON prefecture.code = facet.prefecture_code AND prefecture.level = 'prefecture'
  LEFT JOIN area AS county ON county.code = facet.county_code AND county.level = 'county'
  LEFT JOIN zone ON zone.id = facet.zone_id
 WHERE facet.published;

CREATE VIEW open_county WITH (security_invoker = true) AS
SELECT county.code, county.name, county.province_code, province.name AS province, county.prefecture_code,
       prefecture.name AS prefecture, county.area_km2,
       (SELECT count(*) FROM project_facet AS facet WHERE facet.county_code = county.code AND facet.published)
           AS projects,
       county.display AS geom
  FROM area AS county
  LEFT JOIN area AS province ON province.code = county.province_code AND province.level = 'province'
  LEFT JOIN area AS prefecture ON prefecture.code = county.prefecture_code AND prefecture.level = 'prefecture'
 WHERE county.level = 'county';

CREATE VIEW open_township WITH (security_invoker = true) AS
SELECT township.code, township.name, township.kind, township.county_code, county.name AS county,
       county.province_code, county.prefecture_code, township.villages, township.communities, township.other_units,
       township.point_source, township.point AS geom
  FROM township LEFT JOIN area AS county ON county.code = township.county_code AND county.level = 'county';

GRANT SELECT ON open_project, open_county, open_township TO atlas_app, atlas_anonymous;

-- ---- functions: closed by name ----

REVOKE ALL ON FUNCTION quad_key(geometry), make_api_token(text, text, bytea, integer), revoke_api_token(integer), note_api_token_use()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_api_token(text, text, bytea, integer), revoke_api_token(integer), note_api_token_use()
    TO atlas_app;
