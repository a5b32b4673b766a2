//! [`Code`]: what each finding means, how it arises and what to do.

/// A place below the definition of the example's dashboard.
macro_rules! definition {
    ($place:literal) => {
        concat!("/Resources/Dashboard/Properties/Definition/", $place)
    };
}

/// A place below the first sheet of that definition.
macro_rules! sheet {
    ($place:literal) => {
        concat!("/Resources/Dashboard/Properties/Definition/Sheets/0/", $place)
    };
}

/// A place below the data set of the example's events.
macro_rules! data_set {
    ($place:literal) => {
        concat!("/Resources/EventsDataSet/Properties/", $place)
    };
}

strataform_diagnostic::codes! {
    /// A stable code; `docs/diagnostics.md` has all of them.
    pub enum Code {
        Document "QS0001" Error
            "The document has no dashboard."
            "Give a CloudFormation template with `Resources`, or JSON with a `Definition` or `DataSetIdentifierDeclarations`."
            Document { bad: "{}", good: "{\"DataSetIdentifierDeclarations\": []}" };
        Schema "QS0002" Error
            "A value is not what the schema of its resource type takes."
            "CloudFormation refuses the template before QuickSight reads it. Look the property up in the reference of the resource type."
            Situation("a property of an AWS::QuickSight resource that its schema does not have, or a value of another type: checked with the schemas of all resource types");

        DataSet "QS0101" Error
            "A data set is used that is not declared."
            "Every identifier of a data set is declared once, in `DataSetIdentifierDeclarations`."
            Dashboard {
                place: definition!("FilterGroups/1/Filters/0/CategoryFilter/Column/DataSetIdentifier"),
                bad: "\"event\"",
                good: "\"events\"",
            };
        Column "QS0102" Error
            "A column is used that its data set does not have."
            "The visual shows an error instead of data. Name a column of the data set, or a calculated field."
            Dashboard {
                place: definition!("CalculatedFields/0/Expression"),
                bad: "\"distinct_count({sesion_id})\"",
                good: "\"distinct_count({session_id})\"",
            };
        Parameter "QS0103" Error
            "A parameter is used that is not declared."
            "Declare it in `ParameterDeclarations`, or correct its name."
            Dashboard {
                place: definition!("FilterGroups/0/Filters/0/TimeRangeFilter/RangeMinimumValue/Parameter"),
                bad: "\"Start\"",
                good: "\"StartDate\"",
            };
        ControlFilter "QS0104" Error
            "A control is of a filter that there is not."
            "`SourceFilterId` is the `FilterId` of a filter in `FilterGroups`."
            Dashboard {
                place: sheet!("FilterControls/0/Dropdown/SourceFilterId"),
                bad: "\"f-devce\"",
                good: "\"f-device\"",
            };
        ControlParameter "QS0105" Error
            "A control is of a parameter that there is not."
            "`SourceParameterName` is the name of a parameter in `ParameterDeclarations`."
            Dashboard {
                place: sheet!("ParameterControls/0/DateTimePicker/SourceParameterName"),
                bad: "\"StartDay\"",
                good: "\"StartDate\"",
            };
        ScopeSheet "QS0106" Error
            "A filter is for a sheet that there is not."
            "A scope names sheets by their `SheetId`."
            Dashboard {
                place: definition!("FilterGroups/1/ScopeConfiguration/SelectedSheets/SheetVisualScopingConfigurations/0/SheetId"),
                bad: "\"overvew\"",
                good: "\"overview\"",
            };
        ScopeVisual "QS0107" Error
            "A filter is for a visual that its sheet does not have."
            "A scope names visuals of its own sheet by their `VisualId`."
            Dashboard {
                place: definition!("FilterGroups/2/ScopeConfiguration/SelectedSheets/SheetVisualScopingConfigurations/0/VisualIds/0"),
                bad: "\"v-trnd\"",
                good: "\"v-trend\"",
            };
        Element "QS0108" Error
            "A layout places what its sheet does not have, or calls it something else."
            "`ElementId` and `ElementType` name a visual, a text box, an image or a control of the sheet."
            Dashboard {
                place: sheet!("Layouts/0/Configuration/GridLayout/Elements/0/ElementType"),
                bad: "\"VISUAL\"",
                good: "\"TEXT_BOX\"",
            };
        Unplaced "QS0109" Warning
            "A visual or a text stands nowhere in its sheet's layout."
            "It exists, and nobody sees it. Add an element for it to the layout, or remove it."
            Dashboard {
                place: sheet!("TextBoxes"),
                bad: "[{\"SheetTextBoxId\": \"tb-title\"}, {\"SheetTextBoxId\": \"tb-note\"}]",
                good: "[{\"SheetTextBoxId\": \"tb-title\"}]",
            };
        Sort "QS0110" Error
            "A visual is sorted by a field that it does not have."
            "A sort names a `FieldId` of the visual's field wells."
            Dashboard {
                place: sheet!("Visuals/9/TableVisual/ChartConfiguration/SortConfiguration/RowSort/0/FieldSort/FieldId"),
                bad: "\"tab-session\"",
                good: "\"tab-sessions\"",
            };
        Field "QS0111" Warning
            "A setting of a visual is about a field that it does not have."
            "Options name a `FieldId` of the visual's field wells."
            Dashboard {
                place: sheet!("Visuals/9/TableVisual/ChartConfiguration/FieldOptions"),
                bad: "{\"SelectedFieldOptions\": [{\"FieldId\": \"tab-time\"}]}",
                good: "{\"SelectedFieldOptions\": [{\"FieldId\": \"tab-dwell\"}]}",
            };
        NoDataSet "QS0112" Error
            "A declaration leads to a resource that is no data set."
            "`DataSetArn` is the ARN of an `AWS::QuickSight::DataSet`."
            Dashboard {
                place: definition!("DataSetIdentifierDeclarations/0/DataSetArn"),
                bad: "{\"Fn::GetAtt\": [\"DataSource\", \"Arn\"]}",
                good: "{\"Fn::GetAtt\": [\"EventsDataSet\", \"Arn\"]}",
            };

        Duplicate "QS0201" Error
            "Two things have one id."
            "The service refuses the definition, or a reference finds the wrong one. Rename one of them."
            Dashboard {
                place: definition!("FilterGroups/0/FilterGroupId"),
                bad: "\"fg-device\"",
                good: "\"fg-date\"",
            };
        Id "QS0202" Error
            "An id has characters that the service does not take."
            "Ids consist of letters, digits, `-` and `_`; names of parameters of letters and digits alone."
            Document { bad: "{\"DataSetIdentifierDeclarations\": [], \"Sheets\": [{\"SheetId\": \"over view\", \"Name\": \"Overview\"}]}", good: "{\"DataSetIdentifierDeclarations\": [], \"Sheets\": [{\"SheetId\": \"overview\", \"Name\": \"Overview\"}]}" };

        FieldType "QS0301" Error
            "A field's kind does not fit its column's type."
            "A numerical field takes numbers, a date field takes dates, a categorical field takes texts."
            Dashboard {
                place: sheet!("Visuals/1/KPIVisual/ChartConfiguration/FieldWells/Values/0/NumericalMeasureField/Column/ColumnName"),
                bad: "\"country\"",
                good: "\"revenue\"",
            };
        FilterType "QS0302" Error
            "A filter's kind does not fit its column's type."
            "A time filter takes dates, a numeric filter takes numbers, a category filter takes texts."
            Dashboard {
                place: definition!("FilterGroups/0/Filters/0/TimeRangeFilter/Column/ColumnName"),
                bad: "\"country\"",
                good: "\"event_ts\"",
            };
        Forecast "QS0303" Error
            "A forecast needs dates on the axis."
            "Put a date field into the category of the line chart, or remove the forecast."
            Dashboard {
                place: sheet!("Visuals/3/LineChartVisual/ChartConfiguration"),
                bad: "{\"ForecastConfigurations\": [{\"ForecastProperties\": {\"PeriodsForward\": 14}}]}",
                good: "{\"Type\": \"LINE\"}",
            };
        Mixed "QS0304" Error
            "A visual shows columns of several data sets."
            "All fields of a visual come from one data set. Join the data sets, or make two visuals."
            Dashboard {
                place: sheet!("Visuals/5/PieChartVisual/ChartConfiguration/FieldWells/PieChartAggregatedFieldWells/Category/0/CategoricalDimensionField/Column"),
                bad: "{\"DataSetIdentifier\": \"funnel\", \"ColumnName\": \"step_name\"}",
                good: "{\"DataSetIdentifier\": \"events\", \"ColumnName\": \"device_type\"}",
            };
        Arity "QS0305" Error
            "A control chooses one value or many, and its parameter the other."
            "`MULTI_SELECT` goes with `MULTI_VALUED`, `SINGLE_SELECT` with `SINGLE_VALUED`."
            Dashboard {
                place: sheet!("ParameterControls/2/Dropdown/Type"),
                bad: "\"SINGLE_SELECT\"",
                good: "\"MULTI_SELECT\"",
            };

        Expression "QS0401" Error
            "A calculated field is no expression."
            "QuickSight cannot read the text: a parenthesis or a brace is open, or an operator is missing."
            Dashboard {
                place: definition!("CalculatedFields/0/Expression"),
                bad: "\"distinct_count({session_id}\"",
                good: "\"distinct_count({session_id})\"",
            };
        Redefined "QS0402" Error
            "A calculated field is defined twice."
            "Names are unique within a data set. Rename or remove one of them."
            Document { bad: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"margin\", \"Expression\": \"{revenue} - {cost}\"}, {\"DataSetIdentifier\": \"events\", \"Name\": \"margin\", \"Expression\": \"{revenue} * 2\"}]}", good: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"margin\", \"Expression\": \"{revenue} - {cost}\"}, {\"DataSetIdentifier\": \"events\", \"Name\": \"double\", \"Expression\": \"{revenue} * 2\"}]}" };
        Shadow "QS0403" Warning
            "A calculated field is called like a column of its data set."
            "Which of the two a visual shows is hard to tell. Rename the field."
            Document { bad: "{\"Resources\": {\"Events\": {\"Type\": \"AWS::QuickSight::DataSet\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DataSetId\": \"events\", \"Name\": \"Events\", \"ImportMode\": \"DIRECT_QUERY\", \"PhysicalTableMap\": {\"t\": {\"RelationalTable\": {\"InputColumns\": [{\"Name\": \"country\", \"Type\": \"STRING\"}]}}}}}, \"Sales\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DashboardId\": \"sales\", \"Name\": \"Sales\", \"Definition\": {\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": {\"Fn::GetAtt\": [\"Events\", \"Arn\"]}}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"country\", \"Expression\": \"toLower('PT')\"}]}}}}}", good: "{\"Resources\": {\"Events\": {\"Type\": \"AWS::QuickSight::DataSet\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DataSetId\": \"events\", \"Name\": \"Events\", \"ImportMode\": \"DIRECT_QUERY\", \"PhysicalTableMap\": {\"t\": {\"RelationalTable\": {\"InputColumns\": [{\"Name\": \"country\", \"Type\": \"STRING\"}]}}}}}, \"Sales\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DashboardId\": \"sales\", \"Name\": \"Sales\", \"Definition\": {\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": {\"Fn::GetAtt\": [\"Events\", \"Arn\"]}}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"land\", \"Expression\": \"toLower('PT')\"}]}}}}}" };
        Formula "QS0404" Error
            "A calculated field uses a function or a value in a way that the service does not take."
            "The message names the part: an unknown function, a wrong type, or an aggregate within another."
            Dashboard {
                place: definition!("CalculatedFields/1/Expression"),
                bad: "\"sum({event_type})\"",
                good: "\"sum({revenue})\"",
            };
        Cycle "QS0405" Error
            "A calculated field is computed from itself."
            "Directly or by way of other fields, it needs its own value. Compute it from columns."
            Dashboard {
                place: definition!("CalculatedFields/1/Expression"),
                bad: "\"{conversion_rate} + 1\"",
                good: "\"sum({revenue})\"",
            };

        Grid "QS0501" Error
            "An element passes the edge of the grid."
            "The grid has 36 columns: `ColumnIndex` plus `ColumnSpan` is at most 36."
            Dashboard {
                place: sheet!("Layouts/0/Configuration/GridLayout/Elements/3/ColumnSpan"),
                bad: "13",
                good: "12",
            };
        Overlap "QS0502" Error
            "Two elements overlap."
            "The service refuses the layout. Move one of them, or make it smaller."
            Dashboard {
                place: sheet!("Layouts/0/Configuration/GridLayout/Elements/2/ColumnIndex"),
                bad: "11",
                good: "12",
            };

        Union "QS0601" Error
            "Exactly one member must be given."
            "A visual, a filter, a control or a transform is one of several kinds: give one, and only one."
            Document { bad: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"FilterGroups\": [{\"FilterGroupId\": \"g\", \"Filters\": [{}]}]}", good: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"FilterGroups\": [{\"FilterGroupId\": \"g\", \"Filters\": [{\"CategoryFilter\": {\"FilterId\": \"f\", \"Column\": {\"DataSetIdentifier\": \"events\", \"ColumnName\": \"country\"}}}]}]}" };
        Source "QS0602" Error
            "A dashboard has a definition or a source, and not both."
            "Give `Definition`, or `SourceEntity` with a template."
            Document {
                bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {}}}}",
                good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}}}}}",
            };

        Table "QS0701" Error
            "A table of a data set is used that there is not."
            "A logical table leads to a physical one, or joins two logical ones, by their keys in the maps."
            Dashboard {
                place: data_set!("LogicalTableMap/lt-join1/Source/JoinInstruction/RightOperand"),
                bad: "\"lt-pages\"",
                good: "\"lt-page\"",
            };
        Required "QS0702" Error
            "The service asks for a property that the template's schema does not."
            "CloudFormation accepts the template, and the deployment fails. Add the property."
            Document {
                bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::RefreshSchedule\", \"Properties\": {\"DataSetId\": \"a\", \"Schedule\": {\"ScheduleId\": \"s\", \"ScheduleFrequency\": {\"Interval\": \"DAILY\"}}}}}}",
                good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::RefreshSchedule\", \"Properties\": {\"DataSetId\": \"a\", \"Schedule\": {\"ScheduleId\": \"s\", \"RefreshType\": \"FULL_REFRESH\", \"ScheduleFrequency\": {\"Interval\": \"DAILY\"}}}}}}",
            };

        Schedule "QS0801" Error
            "A refresh cannot run so."
            "Full refreshes are hourly at most; a weekly or monthly one names its day; only SPICE is refreshed."
            Dashboard {
                place: "/Resources/FullRefresh/Properties/Schedule/ScheduleFrequency",
                bad: "{\"Interval\": \"MINUTE15\"}",
                good: "{\"Interval\": \"DAILY\"}",
            };
        Lookback "QS0802" Error
            "An incremental refresh looks back over a column that is no date of the data set."
            "The newest rows are found by a date. Name a column of the type DATETIME."
            Dashboard {
                place: data_set!("DataSetRefreshProperties/RefreshConfiguration/IncrementalRefresh/LookbackWindow/ColumnName"),
                bad: "\"country\"",
                good: "\"event_ts\"",
            };

        Action "QS0901" Error
            "There is no such action."
            "Permissions of an asset list actions of QuickSight that exist for its kind."
            Document { bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\", \"quicksight:QueryDashbord\"]}]}}}}", good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\", \"quicksight:QueryDashboard\"]}]}}}}" };
        Actions "QS0902" Warning
            "The actions are neither an owner's nor a reader's."
            "The console shows such a permission as custom, and cannot change it. Give all actions of one of the two roles."
            Document { bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\"]}]}}}}", good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\", \"quicksight:QueryDashboard\"]}]}}}}" };

        Connection "QS1001" Error
            "A data source's parameters are not those of its type."
            "A source of the type REDSHIFT has `RedshiftParameters` with a host or a cluster."
            Dashboard {
                place: "/Resources/DataSource/Properties/DataSourceParameters",
                bad: "{\"AthenaParameters\": {}}",
                good: "{\"RedshiftParameters\": {\"Host\": \"example.com\", \"Port\": 5439, \"Database\": \"analytics\"}}",
            };

        Limit "QS1101" Error
            "There are more of them than the service takes."
            "The message has the number and the limit, such as 20 sheets of a dashboard and 50 visuals of a sheet."
            Situation("a definition with 21 sheets");

        Kpi "QS1201" Warning
            "A KPI whose options are half given stays blank."
            "Give all of the KPI's options, or none."
            Dashboard {
                place: sheet!("Visuals/1/KPIVisual/ChartConfiguration/KPIOptions"),
                bad: "{\"PrimaryValueDisplayType\": \"ACTUAL\"}",
                good: "{\"Comparison\": {\"ComparisonMethod\": \"PERCENT_DIFFERENCE\"}, \"PrimaryValueDisplayType\": \"ACTUAL\", \"Sparkline\": {\"Visibility\": \"VISIBLE\", \"Type\": \"AREA\"}, \"SecondaryValue\": {\"Visibility\": \"VISIBLE\"}, \"ProgressBar\": {\"Visibility\": \"HIDDEN\"}, \"TrendArrows\": {\"Visibility\": \"VISIBLE\"}}",
            };
        Uncontrolled "QS1202" Warning
            "A filter asks a parameter that no control sets, and that has no default."
            "The visual stays empty, and nobody can change that. Add a control or a default."
            Situation("a category filter on `Country`, where `Country` has no `DefaultValues` and no sheet has a control of it");
        DateDefault "QS1203" Warning
            "A date parameter without a default breaks its picker."
            "The control shows an error until somebody picks a day. Give a static or a rolling date."
            Dashboard {
                place: definition!("ParameterDeclarations/0/DateTimeParameterDeclaration"),
                bad: "{\"Name\": \"StartDate\", \"TimeGranularity\": \"DAY\"}",
                good: "{\"Name\": \"StartDate\", \"TimeGranularity\": \"DAY\", \"DefaultValues\": {\"RollingDate\": {\"Expression\": \"truncDate('DD', now())\"}}}",
            };
        SheetName "QS1204" Warning
            "The tab of a sheet whose name is one character is not shown."
            "Give the sheet a name of at least two characters."
            Dashboard { place: sheet!("Name"), bad: "\"O\"", good: "\"Overview\"" };
        Break "QS1205" Error
            "A line break within an item of a list is refused."
            "Write the two lines as two items."
            Dashboard {
                place: sheet!("TextBoxes/0/Content"),
                bad: "\"<text-box><ul><li>a<br/>b</li></ul></text-box>\"",
                good: "\"<text-box><ul><li>a</li><li>b</li></ul></text-box>\"",
            };
        AxisLabel "QS1206" Warning
            "An axis label that says not what it applies to is not shown."
            "Add `ApplyTo` with the field and its column."
            Dashboard {
                place: sheet!("Visuals/4/BarChartVisual/ChartConfiguration/CategoryLabelOptions"),
                bad: "{\"AxisLabelOptions\": [{\"CustomLabel\": \"Category\"}]}",
                good: "{\"AxisLabelOptions\": [{\"CustomLabel\": \"Category\", \"ApplyTo\": {\"FieldId\": \"cat-category\", \"Column\": {\"DataSetIdentifier\": \"events\", \"ColumnName\": \"page_category\"}}}]}",
            };
        Dropdown "QS1207" Error
            "A list of fixed values beside all values is refused."
            "A control offers fixed values, or selects among all; choose one."
            Dashboard {
                place: sheet!("FilterControls/0/Dropdown"),
                bad: "{\"FilterControlId\": \"fc-device\", \"Title\": \"Device\", \"SourceFilterId\": \"f-device\", \"Type\": \"MULTI_SELECT\", \"SelectableValues\": {\"Values\": [\"mobile\"]}}",
                good: "{\"FilterControlId\": \"fc-device\", \"Title\": \"Device\", \"SourceFilterId\": \"f-device\", \"Type\": \"MULTI_SELECT\"}",
            };
        Colour "QS1208" Error
            "A colour is written in capitals: #1A2B3C."
            "The service refuses lower-case digits and short forms."
            Dashboard {
                place: "/Resources/Theme/Properties/Configuration/DataColorPalette/Colors/0",
                bad: "\"#2e6da4\"",
                good: "\"#2E6DA4\"",
            };
    }
}
