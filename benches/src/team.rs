//! The shared resources of a team, and the creation of a dataset's resources in order.

use strataform_resources::glue::{Database, DatabaseInput};
use strataform_resources::sns::Topic;
use strataform_template::{Handle, LogicalId, Template, pseudo};

use crate::{access, ingestion, processing};

/// The datasets of a team.
pub const DATASETS: [&str; 2] = ["orders", "page-views"];

/// The number of a team's resources.
pub const PER_TEAM: usize = 20;

/// The resources that all datasets of a team use.
#[derive(Debug)]
pub struct Shared {
    /// The database in the Data Catalog.
    pub database: Handle<Database>,
    /// The topic of the alarms.
    pub topic: Handle<Topic>,
}

pub(crate) fn shared(template: &mut Template, team: &str) -> Shared {
    let input = DatabaseInput::new()
        .name(team.replace('-', "_"))
        .description(format!("Everything that {team} collects"));
    let database = template.add([team, "database"], Database::new(pseudo::account_id(), input));
    let topic = Topic::new()
        .display_name(format!("Alarms of {team}"))
        .kms_master_key_id("alias/aws/sns")
        .tags([("team", team.to_owned())]);
    Shared { database, topic: template.add([team, "alarms"], topic) }
}

/// The names that one dataset's resources are derived from.
#[derive(Debug)]
pub struct Dataset<'a> {
    /// `team-7`
    pub team: &'a str,
    /// `page-views`
    pub name: &'a str,
}

impl<'a> Dataset<'a> {
    /// A dataset of a team.
    #[must_use]
    pub const fn new(team: &'a str, name: &'a str) -> Self {
        Self { team, name }
    }

    /// Adds its nine resources to the template.
    pub fn add(&self, template: &mut Template, shared: &Shared) {
        let bucket = ingestion::bucket(template, self);
        let stream = ingestion::stream(template, self);
        let logs = access::logs(template, self);
        let role = access::role(template, self);
        let policy = access::policy(template, self, &role, (&bucket, &stream, &logs));
        let table = processing::table(template, self, &bucket, &shared.database);
        let places = ingestion::Places { bucket: &bucket, stream: &stream, logs: &logs, table: &table };
        ingestion::delivery(template, self, &places, (&role, &policy, &shared.database));
        processing::job(template, self, &role, &bucket);
        processing::alarm(template, self, &stream, &shared.topic);
    }

    pub(crate) fn id(&self, part: &str) -> LogicalId {
        [self.team, self.name, part].into()
    }

    /// `team-7-page-views`
    pub(crate) fn full_name(&self) -> String {
        format!("{}-{}", self.team, self.name)
    }

    /// `page_views`, as in catalogs and queries.
    pub(crate) fn table_name(&self) -> String {
        self.name.replace('-', "_")
    }

    pub(crate) fn tags(&self) -> [(&'static str, String); 2] {
        [("dataset", self.name.to_owned()), ("team", self.team.to_owned())]
    }
}
