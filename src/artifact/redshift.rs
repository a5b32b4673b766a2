//! Renders a platform's SQL from the plan of the aggregation stage.

use std::sync::LazyLock;

use handlebars::RenderError;

use super::template::Templates;
use crate::platform::aggregation::sql::{SqlContent, SqlPlan};

/// The templates, parsed once for all platforms.
static PARSED: LazyLock<Templates> = LazyLock::new(|| Templates::new(TEMPLATES));

const TEMPLATES: &[(&str, &str)] = &[
    ("aggregate", include_str!("../../sql/aggregate.sql.hbs")),
    ("catalogue", include_str!("../../sql/catalogue.sql.hbs")),
    ("expire", include_str!("../../sql/expire.sql.hbs")),
    ("from", include_str!("../../sql/from.sql.hbs")),
    ("groups", include_str!("../../sql/groups.sql.hbs")),
    ("load_groups", include_str!("../../sql/load_groups.sql.hbs")),
    ("grants", include_str!("../../sql/grants.sql.hbs")),
    ("loaded", include_str!("../../sql/loaded.sql.hbs")),
    ("password", include_str!("../../sql/password.sql.hbs")),
    ("refresh", include_str!("../../sql/refresh.sql.hbs")),
    ("roles", include_str!("../../sql/roles.sql.hbs")),
    ("schemas", include_str!("../../sql/schemas.sql.hbs")),
    ("stream", include_str!("../../sql/stream.sql.hbs")),
    ("streams", include_str!("../../sql/streams.sql.hbs")),
    ("table", include_str!("../../sql/table.sql.hbs")),
    ("view", include_str!("../../sql/view.sql.hbs")),
];

/// The files of a plan, in its order: the path in the stage's folder, and the text.
///
/// # Errors
/// Fails if a template uses a value that its context does not have, which the tests rule out.
pub fn render(plan: &SqlPlan) -> Result<Vec<(String, String)>, RenderError> {
    let files = plan.files.iter().map(|file| {
        let text = match &file.content {
            SqlContent::Written(written) => written.text.clone(),
            content => PARSED.render(name(content), content)?,
        };
        Ok((file.path.clone(), text))
    });
    files.collect()
}

fn name(content: &SqlContent) -> &'static str {
    match content {
        SqlContent::Schemas(_) => "schemas",
        SqlContent::Roles(_) => "roles",
        SqlContent::Password(_) => "password",
        SqlContent::Table(_) | SqlContent::Staging(_) => "table",
        SqlContent::Loaded(_) => "loaded",
        SqlContent::Aggregate(_) => "aggregate",
        SqlContent::Groups(_) => "groups",
        SqlContent::LoadGroups(_) => "load_groups",
        SqlContent::Refresh(_) => "refresh",
        SqlContent::Expire(_) => "expire",
        SqlContent::View(_) => "view",
        SqlContent::Catalogue(_) => "catalogue",
        SqlContent::Streams(_) => "streams",
        SqlContent::Stream(_) => "stream",
        SqlContent::Grants(_) => "grants",
        // A hand-written file is not rendered.
        SqlContent::Written(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Environment, Platform, fixture};
    use crate::platform::Context;
    use crate::platform::aggregation::sql::plan;

    fn rendered(platform: &Platform) -> Vec<(String, String)> {
        let environment: &Environment = &platform.environments[0];
        render(&plan(Context { platform, environment }, &[])).expect("every context fits its template")
    }

    fn file(platform: &Platform, path: &str) -> String {
        let files = rendered(platform);
        let found = files.into_iter().find(|(name, _)| name == path);
        found.map(|(_, text)| text).expect("the plan has the file")
    }

    #[test]
    fn files_run_in_the_order_of_their_numbers() {
        let files = rendered(&fixture::platform());
        let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
        let mut sorted: Vec<_> = paths.iter().map(|path| &path[..7]).collect();
        sorted.sort_unstable();
        assert_eq!(sorted, paths.iter().map(|path| &path[..7]).collect::<Vec<_>>());
        assert!(paths.contains(&"sql/060_streams.sql"));
        assert!(paths.contains(&"sql/040_daily_sales.sql"));
    }

    #[test]
    fn a_table_has_lengths_a_primary_key_and_a_sort_key() {
        let text = file(&fixture::platform(), "sql/010_orders.sql");
        assert!(text.contains("    \"order_id\" VARCHAR(256) NOT NULL,\n"), "{text}");
        assert!(text.contains("    \"payload\" SUPER,\n"), "{text}");
        assert!(
            text.contains("PRIMARY KEY (\"order_id\")\n)\nDISTSTYLE AUTO\nSORTKEY (\"ordered_at\");"),
            "{text}"
        );
        assert!(!text.contains("ENCODE"), "{text}");
        let staging = file(&fixture::platform(), "sql/020_orders_files.sql");
        let order = "\"is_large\" BOOLEAN,\n    \"arrived__at\" TIMESTAMP NOT NULL,\n    \"row__attempt\" INTEGER NOT NULL,\n    \"row__hash\" BIGINT NOT NULL\n)";
        assert!(staging.contains(order), "{staging}");
        assert!(staging.contains("\"payload\" VARCHAR(65535)"), "{staging}");
    }

    #[test]
    fn an_aggregate_joins_its_dimensions_and_has_no_order() {
        let text = file(&fixture::platform(), "sql/030_daily_sales.sql");
        assert!(text.contains("FROM \"core\".\"orders\" AS \"own__row\"\nLEFT JOIN \"core\".\"customers\" AS \"customer\"\n    ON \"own__row\".\"customer_id\" = \"customer\".\"customer_id\"\nGROUP BY 1, 2;\n"), "{text}");
        assert!(!text.contains("ORDER BY"));
        assert!(
            text.contains(
                "-- Refresh: by group, because a view would be computed again from all rows: an outer join"
            ),
            "{text}"
        );
    }

    #[test]
    fn an_aggregate_that_redshift_refreshes_incrementally_is_a_view() {
        let mut platform = fixture::platform();
        platform.aggregates[0].joins.clear();
        platform.aggregates[0].dimensions.truncate(1);
        let text = file(&platform, "sql/030_daily_sales.sql");
        assert!(text.contains("CREATE MATERIALIZED VIEW \"mart\".\"daily_sales\"\n"), "{text}");
        assert!(text.ends_with("GROUP BY 1;\n"), "{text}");
        let refresh = file(&platform, "sql/031_daily_sales_refresh.sql");
        assert!(refresh.contains("REFRESH MATERIALIZED VIEW \"mart\".\"daily_sales\";"), "{refresh}");
        assert!(!rendered(&platform).iter().any(|(path, _)| path.starts_with("sql/032")));
    }

    #[test]
    fn a_refresh_by_group_reads_only_the_periods_of_its_groups_and_finds_null() {
        let platform = fixture::platform();
        let text = file(&platform, "sql/030_daily_sales.sql");
        let from = "AND \"own__row\".\"ordered_at\" >= (SELECT MIN(\"day\") FROM \"staging\".\"daily_sales__touching\")";
        let to = "AND \"own__row\".\"ordered_at\" < (SELECT DATEADD(day, 2, MAX(\"day\")) FROM \"staging\".\"daily_sales__touching\")";
        assert!(text.contains(from) && text.contains(to), "{text}");
        let day = "date_trunc('day', \"own__row\".\"ordered_at\") = \"group__row\".\"day\"\n";
        let country = "COALESCE(\"customer\".\"country\", '') = COALESCE(\"group__row\".\"country\", '')";
        assert!(text.contains(day) && text.contains(country), "{text}");
        let loads = file(&platform, "sql/032_customers_groups.sql");
        // The groups that rows leave, and those that they enter.
        assert_eq!(loads.matches("CALL \"mart\".\"dim__daily_sales__customers\"();").count(), 2, "{loads}");
        let loads = file(&platform, "sql/032_orders_groups.sql");
        assert!(loads.find("before__daily_sales") < loads.find("after__daily_sales"), "{loads}");
        let expire = file(&platform, "sql/070_orders_expire.sql");
        assert!(expire.contains("BEGIN\n    CALL \"mart\".\"gone__daily_sales\"();\n    DELETE"), "{expire}");
    }

    #[test]
    fn loaders_refresh_by_procedures_that_run_as_the_owner() {
        let platform = fixture::platform();
        let text = file(&platform, "sql/031_daily_sales_refresh.sql");
        assert!(text.contains("PROCEDURE \"mart\".\"refresh__daily_sales\"()"), "{text}");
        assert!(text.contains("CALL \"mart\".\"groups__daily_sales\"();"), "{text}");
        assert!(text.ends_with("SECURITY DEFINER;\n"), "{text}");
        let grants = file(&platform, "sql/090_grants.sql");
        let call = "GRANT EXECUTE ON ALL PROCEDURES IN SCHEMA \"mart\" TO ROLE \"shop_dev_loader\";";
        assert!(grants.contains(call), "{grants}");
    }

    #[test]
    fn hostile_descriptions_stay_within_literals_and_get_no_placeholder() {
        let mut platform = fixture::platform();
        let hostile = "x'; DROP TABLE t; --\n\\' */ ${ReaderPassword} {{sql}}";
        platform.datasets[0].description = Some(hostile.to_owned());
        platform.datasets[0].columns[2].description = Some(hostile.to_owned());
        let text = file(&platform, "sql/010_orders.sql");
        assert_eq!(text.matches("IS 'x''; DROP TABLE t; --\n\\\\'' */").count(), 2, "{text}");
        let environment = &platform.environments[0];
        let plan = plan(Context { platform: &platform, environment }, &[]);
        for (file, (_, text)) in plan.files.iter().zip(render(&plan).expect("every context fits")) {
            assert!(file.placeholders.is_empty() || !text.contains("DROP TABLE"), "{}", file.path);
            assert!(
                !file.placeholders.is_empty() || file.path.contains("orders") || !text.contains("${"),
                "{text}"
            );
        }
    }

    #[test]
    fn streaming_views_omit_sensitive_columns() {
        let text = file(&fixture::platform(), "sql/061_orders_stream.sql");
        assert!(text.contains("FROM \"kinesis\".\"shop-dev-orders\";"), "{text}");
        assert!(text.contains("\"record\".\"payload\".\"amount\"::DECIMAL(12,2)"), "{text}");
        assert!(!text.contains("email"), "{text}");
        let instant =
            "\"record\".\"payload\".\"ordered_at\"::TIMESTAMPTZ AT TIME ZONE 'UTC' AS \"ordered_at\"";
        assert!(text.contains(instant), "{text}");
    }

    #[test]
    fn readers_reach_the_tables_of_their_views_without_reading_them() {
        let grants = file(&fixture::platform(), "sql/090_grants.sql");
        for schema in ["core", "mart"] {
            let usage = format!("GRANT USAGE ON SCHEMA \"{schema}\" TO ROLE \"shop_dev_reader\";");
            assert!(grants.contains(&usage), "{grants}");
        }
        let selects =
            grants.lines().filter(|line| line.contains("SELECT") && line.contains("shop_dev_reader"));
        assert!(selects.clone().count() == 2 && selects.clone().all(|line| line.contains("\"report\"")));
    }

    #[test]
    fn old_rows_are_deleted_by_the_owner() {
        let mut platform = fixture::platform();
        let rows = file(&platform, "sql/070_orders_expire.sql");
        let delete = "DELETE FROM \"core\".\"orders\" WHERE \"ordered_at\" < DATEADD(day, -390, GETDATE());";
        assert!(rows.contains(delete) && rows.ends_with("SECURITY DEFINER;\n"), "{rows}");
        let stream = file(&platform, "sql/070_orders__stream_expire.sql");
        let delete = "DELETE FROM \"core\".\"orders__stream\" WHERE \"approximate_arrival_timestamp\" < DATEADD(day, -1, GETDATE());";
        assert!(stream.contains(delete), "{stream}");
        let paths =
            |platform: &Platform| rendered(platform).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert!(!paths(&platform).contains(&"sql/070_customers_expire.sql".to_owned()));
        platform.datasets[0].event_time = None;
        assert!(file(&platform, "sql/070_orders_expire.sql").contains("\"arrived__at\" < "));
    }

    #[test]
    fn large_facts_are_distributed_by_their_key() {
        let mut platform = fixture::platform();
        let volume = crate::model::Volume::parse("50 GB/day").expect("a volume");
        platform.environments[0].settings.volume = volume;
        platform.environments[0].base_volume = volume;
        let text = file(&platform, "sql/010_orders.sql");
        assert!(text.contains("DISTSTYLE KEY DISTKEY (\"order_id\")"), "{text}");
        assert!(file(&platform, "sql/010_customers.sql").contains("DISTSTYLE AUTO"));
    }

    #[test]
    fn a_dataset_view_has_its_dimensions_and_booleans_as_text() {
        let mut platform = fixture::platform();
        let name = platform.datasets[0].name.clone();
        platform.dashboards[0].sheets[0].visuals[0].source = crate::model::VisualSource::Dataset(name);
        let text = file(&platform, "sql/040_orders.sql");
        let boolean = "CASE WHEN \"own__row\".\"is_large\" THEN 'true' WHEN NOT \"own__row\".\"is_large\" THEN 'false' END AS \"is_large\"";
        assert!(text.contains(boolean), "{text}");
        assert!(text.contains("\"customer\".\"country\" AS \"customer_country\""), "{text}");
        assert_eq!(text.matches("AS \"customer_id\"").count(), 1, "{text}");
        assert!(!text.contains("payload"), "{text}");
        assert!(text.contains("LEFT JOIN") && text.ends_with("WITH NO SCHEMA BINDING;\n"), "{text}");
    }
}
