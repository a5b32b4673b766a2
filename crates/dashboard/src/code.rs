//! [`Code`]: what each finding means, when it occurs and what to do.

/// A pointer into the definition of the example dashboard.
macro_rules! definition {
    ($place:literal) => {
        concat!("/Resources/Dashboard/Properties/Definition/", $place)
    };
}

/// A pointer into the first sheet of that definition.
macro_rules! sheet {
    ($place:literal) => {
        concat!("/Resources/Dashboard/Properties/Definition/Sheets/0/", $place)
    };
}

/// A pointer into the data set of the example events.
macro_rules! data_set {
    ($place:literal) => {
        concat!("/Resources/EventsDataSet/Properties/", $place)
    };
}

strataform_diagnostic::codes! {
    /// A stable code; `docs/diagnostics.md` has all of them.
    pub enum Code {
        Document "QS0001" Error
            "No dashboard in the document."
            "Use a CloudFormation template with `Resources`, a document with `dashboards`, or JSON with a `Definition`, `DataSetIdentifierDeclarations` or `DataSetConfigurations`."
            Document { bad: "{}", good: "{\"DataSetIdentifierDeclarations\": []}" };
        Schema "QS0002" Error
            "A value does not match the schema of its resource type."
            "CloudFormation rejects the template before QuickSight reads it. Look up the property in the reference of the resource type."
            Situation("a property of an AWS::QuickSight resource that is not in its schema, or a value of the wrong type: checked against the schemas of all resource types");
        Repeated "QS0003" Warning
            "Duplicate key in a YAML document."
            "Programs disagree about which of the two counts; most take the last one, and so does the check. Remove one."
            Situation("a mapping of a YAML document that has a key twice");

        DataSet "QS0101" Error
            "Unknown data set."
            "Declare every data set identifier once, in `DataSetIdentifierDeclarations`."
            Dashboard {
                place: definition!("FilterGroups/1/Filters/0/CategoryFilter/Column/DataSetIdentifier"),
                bad: "\"event\"",
                good: "\"events\"",
            };
        Column "QS0102" Error
            "Unknown column."
            "The visual shows an error instead of data. Use a column of the data set, or a calculated field."
            Dashboard {
                place: definition!("CalculatedFields/0/Expression"),
                bad: "\"distinct_count({sesion_id})\"",
                good: "\"distinct_count({session_id})\"",
            };
        Parameter "QS0103" Error
            "Unknown parameter."
            "Declare it in `ParameterDeclarations`, or correct its name."
            Dashboard {
                place: definition!("FilterGroups/0/Filters/0/TimeRangeFilter/RangeMinimumValue/Parameter"),
                bad: "\"Start\"",
                good: "\"StartDate\"",
            };
        ControlFilter "QS0104" Error
            "A control refers to an unknown filter."
            "`SourceFilterId` must be the `FilterId` of a filter in `FilterGroups`."
            Dashboard {
                place: sheet!("FilterControls/0/Dropdown/SourceFilterId"),
                bad: "\"f-devce\"",
                good: "\"f-device\"",
            };
        ControlParameter "QS0105" Error
            "A control refers to an unknown parameter."
            "`SourceParameterName` must be the name of a parameter in `ParameterDeclarations`."
            Dashboard {
                place: sheet!("ParameterControls/0/DateTimePicker/SourceParameterName"),
                bad: "\"StartDay\"",
                good: "\"StartDate\"",
            };
        ScopeSheet "QS0106" Error
            "A filter's scope refers to an unknown sheet."
            "The scope must name sheets by their `SheetId`."
            Dashboard {
                place: definition!("FilterGroups/1/ScopeConfiguration/SelectedSheets/SheetVisualScopingConfigurations/0/SheetId"),
                bad: "\"overvew\"",
                good: "\"overview\"",
            };
        ScopeVisual "QS0107" Error
            "A filter's scope refers to a visual that is not on the sheet."
            "The scope must name visuals of its own sheet by their `VisualId`."
            Dashboard {
                place: definition!("FilterGroups/2/ScopeConfiguration/SelectedSheets/SheetVisualScopingConfigurations/0/VisualIds/0"),
                bad: "\"v-trnd\"",
                good: "\"v-trend\"",
            };
        Element "QS0108" Error
            "A layout refers to an unknown element, or to one of another type."
            "`ElementId` and `ElementType` must match a visual, a text box, an image or a control of the sheet."
            Dashboard {
                place: sheet!("Layouts/0/Configuration/GridLayout/Elements/0/ElementType"),
                bad: "\"VISUAL\"",
                good: "\"TEXT_BOX\"",
            };
        Unplaced "QS0109" Warning
            "A visual, text box or image is missing from the sheet's layout."
            "It exists, but is not shown. Add an element for it to the layout, or remove it."
            Dashboard {
                place: sheet!("TextBoxes"),
                bad: "[{\"SheetTextBoxId\": \"tb-title\"}, {\"SheetTextBoxId\": \"tb-note\"}]",
                good: "[{\"SheetTextBoxId\": \"tb-title\"}]",
            };
        Sort "QS0110" Error
            "A visual is sorted by an unknown field."
            "The sort must name a `FieldId` of the visual's field wells."
            Dashboard {
                place: sheet!("Visuals/9/TableVisual/ChartConfiguration/SortConfiguration/RowSort/0/FieldSort/FieldId"),
                bad: "\"tab-session\"",
                good: "\"tab-sessions\"",
            };
        Field "QS0111" Warning
            "A setting of a visual refers to an unknown field."
            "The setting must name a `FieldId` of the visual's field wells."
            Dashboard {
                place: sheet!("Visuals/9/TableVisual/ChartConfiguration/FieldOptions"),
                bad: "{\"SelectedFieldOptions\": [{\"FieldId\": \"tab-time\"}]}",
                good: "{\"SelectedFieldOptions\": [{\"FieldId\": \"tab-dwell\"}]}",
            };
        NoDataSet "QS0112" Error
            "A data set declaration refers to a resource of another type."
            "`DataSetArn` must be the ARN of an `AWS::QuickSight::DataSet`."
            Dashboard {
                place: definition!("DataSetIdentifierDeclarations/0/DataSetArn"),
                bad: "{\"Fn::GetAtt\": [\"DataSource\", \"Arn\"]}",
                good: "{\"Fn::GetAtt\": [\"EventsDataSet\", \"Arn\"]}",
            };

        Duplicate "QS0201" Error
            "Duplicate ID."
            "QuickSight rejects the definition, or a reference resolves to the wrong item. Rename one of them."
            Dashboard {
                place: definition!("FilterGroups/0/FilterGroupId"),
                bad: "\"fg-device\"",
                good: "\"fg-date\"",
            };
        Id "QS0202" Error
            "Invalid characters in an ID."
            "IDs contain only letters, digits, `-` and `_`; parameter names contain only letters and digits."
            Document { bad: "{\"DataSetIdentifierDeclarations\": [], \"Sheets\": [{\"SheetId\": \"over view\", \"Name\": \"Overview\"}]}", good: "{\"DataSetIdentifierDeclarations\": [], \"Sheets\": [{\"SheetId\": \"overview\", \"Name\": \"Overview\"}]}" };

        FieldType "QS0301" Error
            "The type of a field does not match the type of its column."
            "A numerical field requires a number, a date field requires a date, and a categorical field cannot use a date."
            Dashboard {
                place: sheet!("Visuals/1/KPIVisual/ChartConfiguration/FieldWells/Values/0/NumericalMeasureField/Column/ColumnName"),
                bad: "\"country\"",
                good: "\"revenue\"",
            };
        FilterType "QS0302" Error
            "The type of a filter does not match the type of its column."
            "A time filter requires a date, and a numeric filter requires a number."
            Dashboard {
                place: definition!("FilterGroups/0/Filters/0/TimeRangeFilter/Column/ColumnName"),
                bad: "\"country\"",
                good: "\"event_ts\"",
            };
        Forecast "QS0303" Error
            "A forecast requires a date on the axis."
            "Add a date field to the category of the line chart, or remove the forecast."
            Dashboard {
                place: sheet!("Visuals/3/LineChartVisual/ChartConfiguration"),
                bad: "{\"ForecastConfigurations\": [{\"ForecastProperties\": {\"PeriodsForward\": 14}}]}",
                good: "{\"Type\": \"LINE\"}",
            };
        Mixed "QS0304" Error
            "A visual uses columns of several data sets."
            "All fields of a visual must come from one data set. Join the data sets, or create two visuals."
            Dashboard {
                place: sheet!("Visuals/5/PieChartVisual/ChartConfiguration/FieldWells/PieChartAggregatedFieldWells/Category/0/CategoricalDimensionField/Column"),
                bad: "{\"DataSetIdentifier\": \"funnel\", \"ColumnName\": \"step_name\"}",
                good: "{\"DataSetIdentifier\": \"events\", \"ColumnName\": \"device_type\"}",
            };
        Arity "QS0305" Error
            "A control and its parameter disagree on single or multiple values."
            "`MULTI_SELECT` requires a `MULTI_VALUED` parameter, `SINGLE_SELECT` a `SINGLE_VALUED` one."
            Dashboard {
                place: sheet!("ParameterControls/2/Dropdown/Type"),
                bad: "\"SINGLE_SELECT\"",
                good: "\"MULTI_SELECT\"",
            };

        Expression "QS0401" Error
            "Invalid expression in a calculated field."
            "QuickSight cannot parse the text: a parenthesis or brace is not closed, or an operator is missing."
            Dashboard {
                place: definition!("CalculatedFields/0/Expression"),
                bad: "\"distinct_count({session_id}\"",
                good: "\"distinct_count({session_id})\"",
            };
        Redefined "QS0402" Error
            "Duplicate calculated field."
            "Names must be unique within a data set. Rename or remove one of them."
            Document { bad: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"margin\", \"Expression\": \"{revenue} - {cost}\"}, {\"DataSetIdentifier\": \"events\", \"Name\": \"margin\", \"Expression\": \"{revenue} * 2\"}]}", good: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"margin\", \"Expression\": \"{revenue} - {cost}\"}, {\"DataSetIdentifier\": \"events\", \"Name\": \"double\", \"Expression\": \"{revenue} * 2\"}]}" };
        Shadow "QS0403" Warning
            "A calculated field has the same name as a column of its data set."
            "It is unclear which of the two a visual shows. Rename the field."
            Document { bad: "{\"Resources\": {\"Events\": {\"Type\": \"AWS::QuickSight::DataSet\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DataSetId\": \"events\", \"Name\": \"Events\", \"ImportMode\": \"DIRECT_QUERY\", \"PhysicalTableMap\": {\"t\": {\"RelationalTable\": {\"InputColumns\": [{\"Name\": \"country\", \"Type\": \"STRING\"}]}}}}}, \"Sales\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DashboardId\": \"sales\", \"Name\": \"Sales\", \"Definition\": {\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": {\"Fn::GetAtt\": [\"Events\", \"Arn\"]}}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"country\", \"Expression\": \"toLower('PT')\"}]}}}}}", good: "{\"Resources\": {\"Events\": {\"Type\": \"AWS::QuickSight::DataSet\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DataSetId\": \"events\", \"Name\": \"Events\", \"ImportMode\": \"DIRECT_QUERY\", \"PhysicalTableMap\": {\"t\": {\"RelationalTable\": {\"InputColumns\": [{\"Name\": \"country\", \"Type\": \"STRING\"}]}}}}}, \"Sales\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"AwsAccountId\": {\"Ref\": \"AWS::AccountId\"}, \"DashboardId\": \"sales\", \"Name\": \"Sales\", \"Definition\": {\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": {\"Fn::GetAtt\": [\"Events\", \"Arn\"]}}], \"CalculatedFields\": [{\"DataSetIdentifier\": \"events\", \"Name\": \"land\", \"Expression\": \"toLower('PT')\"}]}}}}}" };
        Formula "QS0404" Error
            "Invalid use of a function or value in a calculated field."
            "The message states the problem: an unknown function, a wrong type, or a nested aggregate."
            Dashboard {
                place: definition!("CalculatedFields/1/Expression"),
                bad: "\"sum({event_type})\"",
                good: "\"sum({revenue})\"",
            };
        Cycle "QS0405" Error
            "A calculated field depends on itself."
            "Directly or through other fields, it requires its own value. Compute it from columns."
            Dashboard {
                place: definition!("CalculatedFields/1/Expression"),
                bad: "\"{conversion_rate} + 1\"",
                good: "\"sum({revenue})\"",
            };

        Grid "QS0501" Error
            "An element extends beyond the grid."
            "The grid has 36 columns: `ColumnIndex` plus `ColumnSpan` must be at most 36."
            Dashboard {
                place: sheet!("Layouts/0/Configuration/GridLayout/Elements/3/ColumnSpan"),
                bad: "13",
                good: "12",
            };
        Overlap "QS0502" Error
            "Two elements overlap."
            "QuickSight rejects the layout. Move one of them, or make it smaller."
            Dashboard {
                place: sheet!("Layouts/0/Configuration/GridLayout/Elements/2/ColumnIndex"),
                bad: "11",
                good: "12",
            };

        Union "QS0601" Error
            "Exactly one member is required."
            "A visual, filter, control or transform has exactly one of several types. Keep one member."
            Document { bad: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"FilterGroups\": [{\"FilterGroupId\": \"g\", \"Filters\": [{}]}]}", good: "{\"DataSetIdentifierDeclarations\": [{\"Identifier\": \"events\", \"DataSetArn\": \"arn:aws:quicksight:eu-west-1:111122223333:dataset/events\"}], \"FilterGroups\": [{\"FilterGroupId\": \"g\", \"Filters\": [{\"CategoryFilter\": {\"FilterId\": \"f\", \"Column\": {\"DataSetIdentifier\": \"events\", \"ColumnName\": \"country\"}}}]}]}" };
        Source "QS0602" Error
            "A dashboard must have either a definition or a source."
            "Use `Definition`, or `SourceEntity` with a template."
            Document {
                bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {}}}}",
                good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}}}}}",
            };

        Table "QS0701" Error
            "Unknown table in a data set."
            "A logical table must refer to a physical table, or to the two logical tables that it joins, by their keys in the maps."
            Dashboard {
                place: data_set!("LogicalTableMap/lt-join1/Source/JoinInstruction/RightOperand"),
                bad: "\"lt-pages\"",
                good: "\"lt-page\"",
            };
        Required "QS0702" Error
            "Missing property that QuickSight requires but the schema does not."
            "CloudFormation accepts the template, but the deployment fails. Add the property."
            Document {
                bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::RefreshSchedule\", \"Properties\": {\"DataSetId\": \"a\", \"Schedule\": {\"ScheduleId\": \"s\", \"ScheduleFrequency\": {\"Interval\": \"DAILY\"}}}}}}",
                good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::RefreshSchedule\", \"Properties\": {\"DataSetId\": \"a\", \"Schedule\": {\"ScheduleId\": \"s\", \"RefreshType\": \"FULL_REFRESH\", \"ScheduleFrequency\": {\"Interval\": \"DAILY\"}}}}}}",
            };

        Schedule "QS0801" Error
            "Invalid refresh schedule."
            "Full refreshes run at most hourly; a weekly or monthly refresh requires a day; only SPICE data sets can be refreshed."
            Dashboard {
                place: "/Resources/FullRefresh/Properties/Schedule/ScheduleFrequency",
                bad: "{\"Interval\": \"MINUTE15\"}",
                good: "{\"Interval\": \"DAILY\"}",
            };
        Lookback "QS0802" Error
            "The lookback column of an incremental refresh must be a date of the data set."
            "New rows are found by date. Use a column of type DATETIME."
            Dashboard {
                place: data_set!("DataSetRefreshProperties/RefreshConfiguration/IncrementalRefresh/LookbackWindow/ColumnName"),
                bad: "\"country\"",
                good: "\"event_ts\"",
            };

        Action "QS0901" Error
            "Unknown action."
            "Permissions of an asset must list QuickSight actions that apply to its type."
            Document { bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\", \"quicksight:QueryDashbord\"]}]}}}}", good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\", \"quicksight:QueryDashboard\"]}]}}}}" };
        Actions "QS0902" Warning
            "The actions match neither an owner nor a reader."
            "The console shows such a permission as custom, and cannot change it. List all actions of one of the two roles."
            Document { bad: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\"]}]}}}}", good: "{\"Resources\": {\"A\": {\"Type\": \"AWS::QuickSight::Dashboard\", \"Properties\": {\"Definition\": {\"DataSetIdentifierDeclarations\": []}, \"Permissions\": [{\"Actions\": [\"quicksight:DescribeDashboard\", \"quicksight:ListDashboardVersions\", \"quicksight:QueryDashboard\"]}]}}}}" };

        Connection "QS1001" Error
            "The parameters of a data source do not match its type."
            "A data source of type REDSHIFT requires `RedshiftParameters` with a host and port, or a cluster."
            Dashboard {
                place: "/Resources/DataSource/Properties/DataSourceParameters",
                bad: "{\"AthenaParameters\": {}}",
                good: "{\"RedshiftParameters\": {\"Host\": \"example.com\", \"Port\": 5439, \"Database\": \"analytics\"}}",
            };

        Limit "QS1101" Error
            "Limit exceeded."
            "The message states the number and the limit, such as 20 sheets in a dashboard or 50 visuals on a sheet."
            Situation("a definition with 21 sheets");

        Kpi "QS1201" Warning
            "A KPI without a value stays blank."
            "Add a measure to the field well `Values`."
            Dashboard {
                place: sheet!("Visuals/1/KPIVisual/ChartConfiguration/FieldWells/Values"),
                bad: "[]",
                good: "[{\"NumericalMeasureField\": {\"FieldId\": \"kpi-users\", \"Column\": {\"DataSetIdentifier\": \"events\", \"ColumnName\": \"revenue\"}, \"AggregationFunction\": {\"SimpleNumericalAggregation\": \"SUM\"}}}]",
            };
        Uncontrolled "QS1202" Warning
            "A filter uses a parameter that has no control and no default."
            "The visual stays empty, and readers cannot change that. Add a control or a default."
            Situation("a category filter on `Country`, where `Country` has no `DefaultValues` and no control on any sheet");
        DateDefault "QS1203" Warning
            "A date parameter without a default breaks its date picker."
            "The control shows an error until a date is chosen. Set a static or a rolling default date."
            Dashboard {
                place: definition!("ParameterDeclarations/0/DateTimeParameterDeclaration"),
                bad: "{\"Name\": \"StartDate\", \"TimeGranularity\": \"DAY\"}",
                good: "{\"Name\": \"StartDate\", \"TimeGranularity\": \"DAY\", \"DefaultValues\": {\"RollingDate\": {\"Expression\": \"truncDate('DD', now())\"}}}",
            };
        SheetName "QS1204" Warning
            "The tab of a sheet with a one-character name is not shown."
            "Give the sheet a name of at least two characters."
            Dashboard { place: sheet!("Name"), bad: "\"O\"", good: "\"Overview\"" };
        Break "QS1205" Error
            "A line break is not allowed in a list item."
            "Make the two lines two items."
            Dashboard {
                place: sheet!("TextBoxes/0/Content"),
                bad: "\"<text-box><ul><li>a<br/>b</li></ul></text-box>\"",
                good: "\"<text-box><ul><li>a</li><li>b</li></ul></text-box>\"",
            };
        AxisLabel "QS1206" Warning
            "An axis label without `ApplyTo` is not shown."
            "Add `ApplyTo` with the field and its column."
            Dashboard {
                place: sheet!("Visuals/4/BarChartVisual/ChartConfiguration/CategoryLabelOptions"),
                bad: "{\"AxisLabelOptions\": [{\"CustomLabel\": \"Category\"}]}",
                good: "{\"AxisLabelOptions\": [{\"CustomLabel\": \"Category\", \"ApplyTo\": {\"FieldId\": \"cat-category\", \"Column\": {\"DataSetIdentifier\": \"events\", \"ColumnName\": \"page_category\"}}}]}",
            };
        Dropdown "QS1207" Error
            "A control cannot combine fixed values with a filter that selects all values."
            "Keep either the fixed values or the selection of all values."
            Dashboard {
                place: sheet!("FilterControls/0/Dropdown"),
                bad: "{\"FilterControlId\": \"fc-device\", \"Title\": \"Device\", \"SourceFilterId\": \"f-device\", \"Type\": \"MULTI_SELECT\", \"SelectableValues\": {\"Values\": [\"mobile\"]}}",
                good: "{\"FilterControlId\": \"fc-device\", \"Title\": \"Device\", \"SourceFilterId\": \"f-device\", \"Type\": \"MULTI_SELECT\"}",
            };
        Color "QS1208" Error
            "A color must be `#RRGGBB` in upper case, such as #1A2B3C."
            "QuickSight rejects lower-case digits and short forms."
            Dashboard {
                place: "/Resources/Theme/Properties/Configuration/DataColorPalette/Colors/0",
                bad: "\"#2e6da4\"",
                good: "\"#2E6DA4\"",
            };
    }
}
