//! The codes of this room: one line each, never reused. The documentation's table has the same lines.

use crate::diagnostic::Code;

macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub(super) const $name: Code = Code($code);)*

        /// Every code that reading a platform file may give, and what it means.
        pub const CODES: &[(Code, &str)] = &[$(($name, $meaning)),*];
    };
}

codes! {
    SYNTAX = "GEN0101", "The file is not TOML.";
    UNKNOWN_KEY = "GEN0102", "The grammar has no such key here.";
    MISSING_KEY = "GEN0103", "A key that must be there is missing.";
    WRONG_TYPE = "GEN0104", "A value has another TOML type than the key takes.";
    NAME = "GEN0105", "A name has characters that one of the engines does not take, or is too long.";
    CHOICE = "GEN0106", "The text is none of the words that the key takes.";
    VOLUME = "GEN0107", "The text is no volume from 10 MB/day to 100 GB/day.";
    PERIOD = "GEN0108", "The text is no period, or one outside the limits of what it is for.";
    RANGE = "GEN0109", "A number is outside its range.";
    SCHEDULE = "GEN0110", "The text is no schedule.";
    COLUMN_TYPE = "GEN0111", "The text is no column type.";
    LOSSY_TYPE = "GEN0112", "The type does not go through every engine without loss.";
    TYPE_PARAMETER = "GEN0113", "The length, precision or scale of a type is missing or outside its range.";
    EMPTY = "GEN0114", "A text, list or table that must hold something is empty.";
    REGION = "GEN0115", "The text is no region of AWS.";
    ACCOUNT = "GEN0116", "An account is twelve digits.";
    CIDR = "GEN0117", "The text is no IPv4 range with a mask of 16 to 24 bits.";
    EMAIL = "GEN0118", "The text is no address of electronic mail.";
    TAG = "GEN0119", "A tag is reserved, too long, or one too many.";
    NETWORK = "GEN0120", "The network is neither an own one nor an existing one.";
    AWS_ID = "GEN0121", "The text is no id of a VPC or of a subnet.";
    NOT_HERE = "GEN0122", "The key has no meaning beside what else is said.";
    TWICE = "GEN0123", "The same thing is said twice.";
    FORMAT = "GEN0124", "The text is no number format.";
    EMPTY_PLATFORM = "GEN0125", "A platform has at least one dataset and one environment.";
    OVERRIDE = "GEN0126", "The override cannot be a property of a resource.";
    CONTROL_CHARACTER = "GEN0127", "A text that is shown in one line has a line break or another control character.";
    EXPRESSION = "GEN0128", "The text is no expression.";
    LONG_TEXT = "GEN0129", "A text is longer than what shows it can hold.";
    DYNAMIC_REFERENCE = "GEN0130", "A text has a dynamic reference that CloudFormation would replace.";
    UNKNOWN_COLUMN = "GEN0301", "The dataset has no such column.";
    UNKNOWN_DATASET = "GEN0302", "There is no such dataset.";
    UNKNOWN_DATA = "GEN0303", "There is no such aggregate or dataset.";
    UNKNOWN_FIELD = "GEN0304", "The data of the visual has no such column.";
    FIELD_KIND = "GEN0305", "The column is not of the kind that this part of the visual needs.";
    KEY_COLUMN = "GEN0306", "The column cannot identify a record.";
    EVENT_TIME = "GEN0307", "The column cannot say when something happened.";
    NO_EVENT_TIME = "GEN0308", "The dataset needs an event time and names none.";
    NOT_A_DIMENSION = "GEN0309", "A join leads to a dataset that is no dimension.";
    JOIN_KEY = "GEN0310", "A join does not cover the dimension's key.";
    JOIN_TYPE = "GEN0311", "The two columns of a join have different types.";
    ONLY_FACTS = "GEN0312", "Only facts join.";
    SENSITIVE = "GEN0313", "A derived column would show a sensitive one.";
    DERIVED = "GEN0314", "A derived column uses another derived column.";
    COLUMN_TWICE = "GEN0315", "Two columns or visuals have one name.";
    NAME_TWICE = "GEN0316", "Two things that become tables or resources have one name.";
    NOT_BOOLEAN = "GEN0317", "A condition gives something else than true or false.";
    ON_ARRIVAL = "GEN0318", "Only files arrive; a stream is processed by the clock.";
    INEXACT = "GEN0319", "QuickSight shows the number with fewer digits than it has.";
    NO_SUCH_CONTROL = "GEN0320", "No visual of the dashboard has the column of a control.";
    DROPPED = "GEN0321", "The column is dropped before it could be used.";
    CALCULATION = "GEN0322", "A calculation cannot be computed.";
    PARAMETER = "GEN0323", "There is no such parameter, or it is of another kind than is needed.";
    PLACE = "GEN0324", "A visual leaves the grid, or overlaps another.";
    REFRESH = "GEN0325", "A data set cannot be refreshed so.";
    ROW_RULES = "GEN0326", "The dataset cannot say who sees which rows.";
    COLOR = "GEN0327", "The text is no colour.";
    FILTER = "GEN0328", "A filter has not exactly one condition, or one that does not fit its column.";
    HIGHLIGHT = "GEN0329", "A highlight has not exactly one test, or is of what the visual does not show.";
}
