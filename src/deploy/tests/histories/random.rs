//! [`Choice`]: a platform out of a family of platforms, and how it changes at random.

/// Numbers from a seed (`SplitMix64`).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `most`.
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = mixed ^ (mixed >> 31);
        usize::try_from(mixed % most as u64).expect("it is below a usize")
    }

    /// One of some.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A platform: which variant of each part it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice([usize; 8]);

/// How many variants each part has: a column that comes and goes, one with several types, one that is never empty, a
/// second dataset, an aggregate, a second aggregate, a hand-written view, another one that reads it.
const VARIANTS: [usize; 8] = [3, 4, 2, 2, 4, 2, 4, 3];

impl Choice {
    /// The same platform with one or two parts changed.
    pub(super) fn changed(self, random: &mut Random) -> Self {
        let mut next = self;
        for _ in 0..=random.below(2) {
            let part = random.below(VARIANTS.len());
            next.0[part] = random.below(VARIANTS[part]);
        }
        next
    }

    /// The text of the platform file.
    pub(super) fn platform(self) -> String {
        let [note, coupon, channel, visit, daily, country, ..] = self.0;
        let column = |name: &str, kinds: [&str; 4], at: usize| match kinds[at] {
            "" => String::new(),
            kind => format!("{name} = {kind}\n"),
        };
        let note = column(
            "note",
            ["", "\"string(10)\"", "{ type = \"string(200)\", description = \"What was said.\" }", ""],
            note,
        );
        let coupon =
            column("coupon", ["", "\"integer\"", "\"string(20)\"", "\"string(20) not null\""], coupon);
        let derived = ["", "[dataset.order.derive]\nchannel = \"coalesce(country, '??')\"\n"][channel];
        let visit = [
            "",
            "[dataset.visit]\nsource = \"stream\"\nkey = [\"visit_id\"]\nevent_time = \"at\"\n\
             [dataset.visit.column]\nvisit_id = \"string(36) not null\"\nat = \"timestamp not null\"\n",
        ][visit];
        let revenue = "revenue = \"sum(amount)\"";
        let measures = [
            format!("{{ orders = \"count(*)\", {revenue} }}"),
            format!("{{ {revenue} }}"),
            format!("{{ orders = \"count(distinct order_id)\", {revenue}, most = \"max(amount)\" }}"),
        ];
        let day = "day = \"date_trunc('day', ordered_at)\"";
        let daily = measures.get(daily).map_or(String::new(), |measures| {
            format!("[aggregate.daily]\nfrom = \"order\"\ngroup_by = {{ {day} }}\nmeasure = {measures}\n")
        });
        let country = [
            "",
            "[aggregate.by_country]\ndescription = \"Per country.\"\nfrom = \"order\"\n\
             group_by = { country = \"country\" }\nmeasure = { orders = \"count(*)\" }\n",
        ][country];
        format!(
            "[platform]\nname = \"p\"\nowner = \"o\"\nvolume = \"1 GB/day\"\n[environment.dev]\nregion = \"eu-west-1\"\n\
             [dataset.order]\nsource = \"stream\"\nkey = [\"order_id\"]\nevent_time = \"ordered_at\"\n\
             [dataset.order.column]\norder_id = \"string(36) not null\"\nordered_at = \"timestamp not null\"\n\
             country = \"string(2)\"\namount = \"decimal(12,2)\"\n{note}{coupon}{derived}{visit}{daily}{country}"
        )
    }

    /// The hand-written files.
    pub(super) fn own(self) -> Vec<(&'static str, String)> {
        let [_, _, _, _, daily, _, mine, deeper] = self.0;
        // Without the aggregate, there is nothing to read.
        if daily == 3 || mine == 0 {
            return Vec::new();
        }
        let columns = ["", "day, revenue", "revenue, day AS on_day", "day, revenue"][mine];
        let day = if mine == 2 { "on_day" } else { "day" };
        let comment = ["", "Of a team.", "Of a team.", "Of another team."][mine];
        let mut files = vec![(
            "010_mine.sql",
            format!(
                "CREATE VIEW mart.mine AS SELECT {columns} FROM mart.daily;\n\
                 COMMENT ON VIEW mart.mine IS '{comment}';\n"
            ),
        )];
        let most = ["", "max", "min"][deeper];
        if deeper > 0 {
            files.push((
                "020_deeper.sql",
                format!(
                    "CREATE MATERIALIZED VIEW mart.deeper AS SELECT {day} AS day, {most}(revenue) AS most FROM mart.mine GROUP BY {day};\n\
                     CREATE VIEW report.deepest AS SELECT most FROM mart.deeper;\n\
                     COMMENT ON VIEW report.deepest IS 'The {most}.';\n"
                ),
            ));
        }
        files
    }
}
