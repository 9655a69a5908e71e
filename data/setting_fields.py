"""What an office can set, described here and nowhere else; ``data.settings`` reads and checks it."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from data.setting_kinds import (
    ArchiveFolder,
    AreaCode,
    Basemap,
    BasemapPath,
    DatabaseUrl,
    DemoLibrary,
    Folder,
    Geocoder,
    Language,
    Line,
    LogFormat,
    LogLevel,
    OptionalFile,
    OptionalFolder,
    RecurringTime,
    WeeklyTime,
)


class Fields(BaseModel):
    """Every setting: its kind, its name in the environment, its default, what it means."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    database_url: DatabaseUrl = Field(
        "",
        alias="DATABASE_URL",
        repr=False,
        description="PostgreSQL database with PostGIS, `postgresql://user:password@host:5432/name`. "
        "Empty: the program manages a private cluster in its data folder.",
    )
    database_pool_url: DatabaseUrl = Field(
        "",
        alias="DATABASE_POOL_URL",
        repr=False,
        description="The same database by way of a PgBouncer (transaction pooling) for the pages of many "
        "people; migrations, jobs and the open interface stay direct. Empty: the pages connect directly.",
    )
    data_dir: Folder = Field(
        Path("var"),
        alias="ATLAS_DATA_DIR",
        validate_default=True,
        description="Folder for the private cluster, attachments and generated keys; "
        "a relative path starts at the checkout.",
    )
    home_area: AreaCode = Field(
        "",
        alias="HOME_AREA",
        description="Six-digit code of the office's own prefecture or county, on which the app opens "
        "(e.g. 440200). Empty: the whole library.",
    )
    credit_line: Line = Field(
        "内部使用",
        alias="CREDIT_LINE",
        min_length=1,
        description="Credit drawn on every map and written into every export.",
    )
    map_approval_number: Line = Field(
        "",
        alias="MAP_APPROVAL_NUMBER",
        description="审图号 of the boundaries in use, shown beside the credit. Empty: none is claimed.",
    )
    scenario_open: bool = Field(
        False,
        alias="SCENARIO_OPEN",
        description="Whether the layer of modelled clinic slots (模拟分配，非下达指标) is switched on "
        "when the map opens.",
    )
    language: Language = Field(
        "zh", alias="DEFAULT_LANGUAGE", description="Language a page opens in: `zh` or `en`."
    )
    basemap: Basemap = Field(
        "none",
        alias="BASEMAP",
        description="Background of the map: `none` (boundaries only, offline), `local`, `tianditu` or `osm`.",
    )
    tianditu_key: SecretStr = Field(
        SecretStr(""), alias="TIANDITU_KEY", description="Key for 天地图; needed by `BASEMAP=tianditu`."
    )
    basemap_url: BasemapPath = Field(
        "",
        alias="BASEMAP_URL",
        description="Path of local tiles below `/app/static/` (`…/{z}/{x}/{y}.png` or a `.pmtiles` file); "
        "needed by `BASEMAP=local`.",
    )
    port: int = Field(8501, alias="PORT", ge=1, le=65535, description="Port the app is served on.")
    processes: int = Field(
        1,
        alias="ATLAS_PROCESSES",
        ge=1,
        le=32,
        description="App processes on this machine, on `PORT` and the ports after it, behind one proxy that "
        "keeps each browser with its process (`deploy/nginx.conf`). One worker runs beside them.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        alias="SECRET_KEY",
        description="Signs download links, 32 characters or more. Empty: one is made at first use and kept "
        "in the data folder, readable by its owner only.",
    )
    signed_link_minutes: int = Field(
        15,
        alias="SIGNED_LINK_MINUTES",
        ge=1,
        le=1440,
        description="How long a signed download link is valid.",
    )
    anonymous_reads: bool = Field(
        True,
        alias="ANONYMOUS_READS",
        description="Whether people who have not signed in see published records (never contacts, "
        "attachments, drafts or history).",
    )
    single_office: bool = Field(
        False,
        alias="SINGLE_OFFICE",
        description="`on`: one office on one PC edits without accounts. Only a browser on this very machine "
        "is let in.",
    )
    session_hours: int = Field(
        10, alias="SESSION_HOURS", ge=1, le=168, description="How long a sign-in lasts."
    )
    dispatch_day: int = Field(
        25,
        alias="DISPATCH_DAY",
        ge=1,
        le=28,
        description="Day of the month by which records are to be updated for the monthly dispatch (月调度).",
    )
    demo: bool = Field(
        False,
        alias="DEMO",
        description="Serve the separate practice database that `make demo` builds, instead of the real one.",
    )
    demo_library: DemoLibrary = Field(
        "practice",
        alias="DEMO_LIBRARY",
        description="Which fictional library `DEMO` serves: `practice`, or `synth`, the one of the nation's "
        "size that `python -m data synth` builds.",
    )
    oidc_groups: OptionalFile = Field(
        None,
        alias="OIDC_GROUPS",
        description="CSV file (group, role, unit) that maps groups of the OpenID Connect provider to roles "
        "and owner units; the provider itself stands in `.streamlit/secrets.toml`. Empty: local accounts "
        "only.",
    )
    oidc_claim: Line = Field(
        "groups", alias="OIDC_CLAIM", description="Claim of the identity token that lists a person's groups."
    )
    max_upload_mb: int = Field(
        50, alias="MAX_UPLOAD_MB", ge=1, le=200, description="Largest file that may be uploaded, in MB."
    )
    geocoder: Geocoder = Field(
        "none",
        alias="GEOCODER",
        description="Service asked for addresses that the offline gazetteer does not know: `none`, "
        "`tianditu` or `amap`.",
    )
    geocoder_key: SecretStr = Field(
        SecretStr(""),
        alias="GEOCODER_KEY",
        description="Server key of that service; needed when one is chosen.",
    )
    geocoder_url: Line = Field(
        "",
        alias="GEOCODER_URL",
        description="Address of that service where it is reached through a gateway. Empty: its public "
        "address.",
    )
    geocoder_per_second: float = Field(
        2.0,
        alias="GEOCODER_PER_SECOND",
        gt=0,
        le=50,
        description="Questions a second that the service's contract allows.",
    )
    pack_keep_days: int = Field(
        30,
        alias="PACK_KEEP_DAYS",
        ge=1,
        le=365,
        description="How long a briefing pack is kept; frozen editions are kept for good.",
    )
    pack_share_hours: int = Field(
        48,
        alias="PACK_SHARE_HOURS",
        ge=1,
        le=720,
        description="How long a link to a pack for somebody without an account lasts unless another time is "
        "chosen.",
    )
    monday_list: WeeklyTime = Field(
        "",
        alias="MONDAY_LIST",
        description="When the worker makes the Monday list of all units by itself, a day and a time such as "
        "`mon 07:00` (Beijing time); one that was missed is made up once. Empty: only when somebody asks.",
    )
    backup_at: RecurringTime = Field(
        "",
        alias="BACKUP_AT",
        description="When the worker makes a backup by itself and proves it, `daily 02:00` or `sun 02:00` "
        "(Beijing time); one that was missed is made up. Empty: only when somebody asks.",
    )
    backup_dir: OptionalFolder = Field(
        None,
        alias="BACKUP_DIR",
        description="Folder of the backups, best on another disk; a relative path starts at the checkout. "
        "Empty: `backups` in the data folder.",
    )
    backup_keep: int = Field(
        14,
        alias="BACKUP_KEEP",
        ge=1,
        le=1000,
        description="How many backups are kept; the newest that was proved is kept besides.",
    )
    wal_archive: ArchiveFolder = Field(
        None,
        alias="WAL_ARCHIVE",
        description="Folder in which the private cluster keeps its log, so that it can be put back to any "
        "moment (`python -m data restore --at`). Empty: none is kept. Not for a `DATABASE_URL`.",
    )
    log_level: LogLevel = Field(
        "INFO", alias="LOG_LEVEL", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )
    log_format: LogFormat = Field(
        "plain",
        alias="LOG_FORMAT",
        description="Lines of the log: `plain`, or `json` for programs that read it.",
    )
    log_file: bool = Field(
        False,
        alias="LOG_FILE",
        description="Whether the log also goes into files in the folder `logs` of the data folder (JSON "
        "lines, six files of 10 MB for each process).",
    )
    slow_query_ms: int = Field(
        1000,
        alias="SLOW_QUERY_MS",
        ge=0,
        le=600_000,
        description="Queries that take so long are logged, without the values they were given. 0: none.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        alias="METRICS_TOKEN",
        description="With this token (16 characters or more) other machines may read `/metrics`. Empty: only "
        "this one.",
    )
