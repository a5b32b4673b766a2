//! QuickSight and DataZone: a data set for analysts, and a catalog to find it in.

use strataform_policy::{PolicyDocument, Principal, Statement, action};
use strataform_resources::athena::WorkGroup;
use strataform_resources::datazone::{
    DataSource as Published, DataSourceArgs, DataSourceConfigurationInput, Domain, EnableSetting,
    EnvironmentBlueprintConfiguration, FilterExpression, FilterExpressionType, GlueRunConfigurationInput,
    Project, RecommendationConfiguration, RelationalFilterConfiguration, ScheduleConfiguration, Timezone,
};
use strataform_resources::iam::Role;
use strataform_resources::quicksight::{
    ActionConnectorResourcePermission, AthenaParameters, CalculatedColumn, CastColumnTypeOperation,
    ColumnDataType, CreateColumnsOperation, CustomSql, CustomSqlArgs, DataSet, DataSetImportMode, DataSource,
    DataSourceDataSourceType, DataSourceParameters, DataSourceResourcePermission, DayOfWeek, Folder,
    FolderType, Group, InputColumn, InputColumnDataType, Interval, LogicalTable, LogicalTableSource,
    PhysicalTable, ProjectOperation, RefreshSchedule, RefreshScheduleMap,
    RefreshScheduleMapScheduleFrequency, RefreshScheduleMapScheduleFrequencyRefreshOnDay, RefreshType,
    SslProperties, TransformOperation,
};
use strataform_template::{Handle, pseudo, sub};

use crate::check::Case;

const READ: [&str; 2] = ["quicksight:DescribeDataSource", "quicksight:PassDataSource"];

pub(crate) fn case() -> Case {
    let mut case = Case::new();
    let group = Group::new("analysts", "default").description("People with questions");
    let group = case.add("analysts", group);
    let source = source(&mut case, &group);
    let set = set(&mut case, &group, &source);
    refresh(&mut case, &set);
    catalogue(&mut case);
    case
}

fn source(case: &mut Case, group: &Handle<Group>) -> Handle<DataSource> {
    let queries = case.add("analysts/queries", WorkGroup::new("analysts"));
    let athena = AthenaParameters::new().work_group(&queries);
    let source = DataSource::new("Lake", DataSourceDataSourceType::Athena)
        .aws_account_id(pseudo::account_id())
        .data_source_id("lake")
        .data_source_parameters(DataSourceParameters::new().athena_parameters(athena))
        .permissions([DataSourceResourcePermission::new(READ, group.arn())])
        .ssl_properties(SslProperties::new().disable_ssl(false))
        .tags([("team", "growth")]);
    case.add("lake", source)
}

fn set(case: &mut Case, group: &Handle<Group>, source: &Handle<DataSource>) -> Handle<DataSet> {
    let column = |name, kind| InputColumn::new(name, kind);
    let orders = CustomSql::new(CustomSqlArgs {
        columns: [
            column("id", InputColumnDataType::Integer),
            column("day", InputColumnDataType::String),
            column("total", InputColumnDataType::Decimal),
        ],
        data_source_arn: source.arn(),
        name: "orders",
        sql_query: "select id, cast(day as varchar) as day, total from sales.orders",
    });
    let created = CreateColumnsOperation::new([CalculatedColumn::new("vat", "vat", "{total} * 0.19")]);
    let dated = CastColumnTypeOperation::new("day", ColumnDataType::Datetime).format("yyyy-MM-dd");
    let kept = ProjectOperation::new().projected_columns(["id", "day", "total", "vat"]);
    let table = LogicalTable::new("Orders", LogicalTableSource::new().physical_table_id("orders"))
        .data_transforms([
            TransformOperation::new().create_columns_operation(created),
            TransformOperation::new().cast_column_type_operation(dated),
            TransformOperation::new().project_operation(kept),
        ]);
    let may = ["quicksight:DescribeDataSet", "quicksight:PassDataSet", "quicksight:ListIngestions"];
    let folder = Folder::new()
        .aws_account_id(pseudo::account_id())
        .folder_id("sales")
        .folder_type(FolderType::Shared)
        .name("Sales");
    let folder = case.add("sales", folder);
    let set = DataSet::new()
        .aws_account_id(pseudo::account_id())
        .data_set_id("orders")
        .folder_arns([folder.arn()])
        .import_mode(DataSetImportMode::Spice)
        .logical_table_map([("orders", table)])
        .name("Orders")
        .permissions([ActionConnectorResourcePermission::new(may, group.arn())])
        .physical_table_map([("orders", PhysicalTable::new().custom_sql(orders))])
        .tags([("team", "growth")]);
    case.add("sales/orders", set)
}

fn refresh(case: &mut Case, set: &Handle<DataSet>) {
    let weekly = RefreshScheduleMapScheduleFrequency::new()
        .interval(Interval::Weekly)
        .refresh_on_day(RefreshScheduleMapScheduleFrequencyRefreshOnDay::new().day_of_week(DayOfWeek::Monday))
        .time_of_the_day("05:00")
        .time_zone("Europe/Berlin");
    let schedule = RefreshScheduleMap::new()
        .refresh_type(RefreshType::FullRefresh)
        .schedule_frequency(weekly)
        .schedule_id("mondays");
    let refresh = RefreshSchedule::new()
        .aws_account_id(pseudo::account_id())
        .data_set_id(set.reference())
        .schedule(schedule);
    case.add("sales/orders/mondays", refresh);
}

fn catalogue(case: &mut Case) {
    let trust = Statement::allow([action!("sts:AssumeRole"), action!("sts:TagSession")])
        .by(Principal::service("datazone.amazonaws.com"));
    let role = case.add("catalogue/role", Role::new(PolicyDocument::new([trust])));
    let domain = Domain::new("sales")
        .description("Everything about sales")
        .domain_execution_role(role.arn())
        .tags([("team", "platform")]);
    let domain = case.add("catalogue", domain);
    let lake = EnvironmentBlueprintConfiguration::new(&domain, [pseudo::region()], "DefaultDataLake")
        .manage_access_role_arn(role.arn())
        .provisioning_role_arn(role.arn());
    case.add("catalogue/lake", lake);
    let project = Project::new(&domain, "orders").description("Orders and returns").glossary_terms(["sales"]);
    let project = case.add("catalogue/orders", project);
    let all = FilterExpression::new("*", FilterExpressionType::Include);
    let glue = GlueRunConfigurationInput::new([
        RelationalFilterConfiguration::new("sales").filter_expressions([all])
    ])
    .auto_import_data_quality_result(true)
    .data_access_role(role.arn());
    let source = Published::new(DataSourceArgs {
        domain_identifier: &domain,
        name: "lake",
        project_identifier: project.id(),
        type_: "GLUE",
    })
    .configuration(DataSourceConfigurationInput::new().glue_run_configuration(glue))
    .description(sub!("The lake of ${AWS::StackName}"))
    .enable_setting(EnableSetting::Enabled)
    .publish_on_import(false)
    .recommendation(RecommendationConfiguration::new().enable_business_name_generation(true))
    .schedule(ScheduleConfiguration::new().schedule("cron(0 6 * * ? *)").timezone(Timezone::Utc));
    case.add("catalogue/orders/lake", source);
}
