//! Rendered statements parse to the same tree: generated trees of every kind of expression and most statements.
#![allow(clippy::too_many_lines, missing_docs, reason = "a list of kinds, each a line or two")]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use strataform_redshift::ast::*;
use strataform_redshift::{Span, parse, redshift};

/// One of several strategies, each on the heap: together they would overflow a test's stack.
macro_rules! one_of {
    ($($arm:expr),* $(,)?) => { proptest::strategy::Union::new(vec![$($arm.boxed()),*]) };
}

fn ident() -> impl Strategy<Value = Ident> + Clone {
    let odd = one_of![
        Just("select".to_owned()),
        Just("a\"b".to_owned()),
        Just("grün".to_owned()),
        Just("with space".to_owned()),
        Just("day".to_owned()),
        Just("1st".to_owned()),
        Just("--".to_owned()),
    ];
    prop_oneof![3 => "[a-z_][a-z0-9_]{0,6}".prop_map(String::from), 1 => odd].prop_map(Ident::new)
}

fn name() -> impl Strategy<Value = Name> + Clone {
    vec(ident(), 1..=3).prop_map(|parts| Name { parts })
}

fn text() -> impl Strategy<Value = String> + Clone {
    one_of![
        Just("it's".to_owned()),
        Just("\\".to_owned()),
        Just("a\nb\\'".to_owned()),
        "[ -~é]{0,8}".prop_map(String::from)
    ]
}

fn data_type() -> impl Strategy<Value = DataType> + Clone {
    one_of![
        Just(DataType::SmallInt),
        Just(DataType::Integer),
        Just(DataType::BigInt),
        (1..=38_u8)
            .prop_flat_map(|precision| (Just(precision), 0..=precision.min(37)))
            .prop_map(|(precision, scale)| DataType::Decimal { precision, scale }),
        Just(DataType::Real),
        Just(DataType::Double),
        Just(DataType::Boolean),
        (1..=4096_u32).prop_map(DataType::Char),
        (1..=65535_u32).prop_map(DataType::Varchar),
        Just(DataType::Date),
        Just(DataType::Time),
        Just(DataType::TimeTz),
        Just(DataType::Timestamp),
        Just(DataType::TimestampTz),
        Just(DataType::IntervalYearToMonth),
        Just(DataType::IntervalDayToSecond),
        Just(DataType::Super),
        (1..=16_777_216_u32).prop_map(DataType::Varbyte),
        Just(DataType::Geometry),
        Just(DataType::HllSketch),
    ]
}

fn boxed(kind: ExpressionKind) -> Expression {
    Expression { kind, span: Span::default() }
}

fn operator() -> impl Strategy<Value = BinaryOperator> {
    use BinaryOperator as B;
    prop::sample::select(vec![
        B::Or,
        B::And,
        B::Equal,
        B::NotEqual,
        B::Less,
        B::LessOrEqual,
        B::Greater,
        B::GreaterOrEqual,
        B::Concatenate,
        B::Add,
        B::Subtract,
        B::Multiply,
        B::Divide,
        B::Modulo,
        B::Power,
    ])
}

fn leaf() -> impl Strategy<Value = Expression> + Clone {
    one_of![
        Just(ExpressionKind::Null),
        any::<bool>().prop_map(ExpressionKind::Boolean),
        (0..10_000_u32).prop_map(|number| ExpressionKind::Number(number.to_string())),
        Just(ExpressionKind::Number("1.5e-3".to_owned())),
        text().prop_map(ExpressionKind::Text),
        text().prop_map(|text| ExpressionKind::Typed { data_type: DataType::Date, text }),
        text().prop_map(ExpressionKind::Interval),
        vec(ident(), 1..=4).prop_map(ExpressionKind::Column),
        prop::sample::select(Niladic::ALL.to_vec()).prop_map(ExpressionKind::Niladic),
    ]
    .prop_map(boxed)
}

fn order() -> impl Strategy<Value = OrderItem> {
    (leaf(), any::<bool>(), option::of(any::<bool>()))
        .prop_map(|(expression, descending, nulls_first)| OrderItem { expression, descending, nulls_first })
}

fn window() -> impl Strategy<Value = Window> {
    let bound = one_of![
        Just(FrameBound::UnboundedPreceding),
        (0..9_u64).prop_map(FrameBound::Preceding),
        Just(FrameBound::CurrentRow),
        (0..9_u64).prop_map(FrameBound::Following)
    ];
    let frame = (bound.clone(), option::of(bound)).prop_map(|(start, end)| Frame {
        unit: FrameUnit::Rows,
        start,
        end,
    });
    (vec(leaf(), 0..2), vec(order(), 0..2), option::of(frame)).prop_map(|(partition, order, frame)| Window {
        partition,
        order,
        frame,
    })
}

fn expression() -> impl Strategy<Value = Expression> + Clone {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let one = inner.clone().prop_map(Box::new);
        let called = (name(), vec(inner.clone(), 0..3), any::<bool>(), option::of(window())).prop_filter_map(
            "a plain function",
            |(mut name, values, distinct, over)| {
                name.parts.truncate(1);
                name.parts[0].text.insert_str(0, "f_");
                let arguments: Vec<_> = values.into_iter().map(Argument::Value).collect();
                let distinct = distinct && !arguments.is_empty();
                Some(ExpressionKind::Call(Box::new(Call {
                    approximate: false,
                    name,
                    distinct,
                    arguments,
                    within_group: Vec::new(),
                    ignore_nulls: false,
                    over,
                })))
            },
        );
        let added = (prop::sample::select(DateField::ALL.to_vec()), inner.clone(), inner.clone()).prop_map(
            |(field, count, of)| {
                let arguments =
                    vec![Argument::Part(field, Span::default()), Argument::Value(count), Argument::Value(of)];
                let name = Name { parts: vec![Ident::new("dateadd")] };
                ExpressionKind::Call(Box::new(Call {
                    approximate: false,
                    name,
                    distinct: false,
                    arguments,
                    within_group: Vec::new(),
                    ignore_nulls: false,
                    over: None,
                }))
            },
        );
        let case =
            (option::of(inner.clone()), vec((inner.clone(), inner.clone()), 1..3), option::of(inner.clone()))
                .prop_map(|(operand, branches, otherwise)| {
                    ExpressionKind::Case(Box::new(Case { operand, branches, otherwise }))
                });
        let trim = (
            prop::sample::select(vec![TrimSide::Both, TrimSide::Leading, TrimSide::Trailing]),
            option::of(one.clone()),
            one.clone(),
        )
            .prop_map(|(side, characters, operand)| ExpressionKind::Trim {
                side,
                characters,
                operand,
            });
        one_of![
            (
                prop::sample::select(vec![UnaryOperator::Minus, UnaryOperator::Plus, UnaryOperator::Not]),
                one.clone()
            )
                .prop_map(|(operator, of)| ExpressionKind::Unary(operator, of)),
            (one.clone(), operator(), one.clone())
                .prop_map(|(left, operator, right)| ExpressionKind::Binary(left, operator, right)),
            (
                one.clone(),
                any::<bool>(),
                prop::sample::select(vec![IsTest::Null, IsTest::True, IsTest::False, IsTest::Unknown])
            )
                .prop_map(|(operand, negated, test)| ExpressionKind::Is {
                    operand,
                    negated,
                    test
                }),
            (one.clone(), any::<bool>(), vec(inner.clone(), 1..3))
                .prop_map(|(operand, negated, list)| ExpressionKind::InList { operand, negated, list }),
            (one.clone(), any::<bool>(), one.clone(), one.clone()).prop_map(
                |(operand, negated, low, high)| ExpressionKind::Between { operand, negated, low, high }
            ),
            (
                one.clone(),
                any::<bool>(),
                prop::sample::select(vec![
                    LikeKind::Like,
                    LikeKind::ILike,
                    LikeKind::Similar,
                    LikeKind::Posix
                ]),
                one.clone(),
                option::of(text())
            )
                .prop_map(|(operand, negated, kind, pattern, escape)| ExpressionKind::Like {
                    operand,
                    negated,
                    kind,
                    pattern,
                    escape
                }),
            case,
            (one.clone(), data_type())
                .prop_map(|(operand, data_type)| ExpressionKind::Cast { operand, data_type }),
            (one.clone(), data_type())
                .prop_map(|(operand, data_type)| ExpressionKind::TryCast { operand, data_type }),
            (prop::sample::select(DateField::ALL.to_vec()), one.clone())
                .prop_map(|(field, of)| ExpressionKind::Extract(field, of)),
            trim,
            called,
            added,
            (vec(ident(), 1..3), one.clone(), ident()).prop_map(|(parts, index, field)| {
                ExpressionKind::Field(
                    Box::new(boxed(ExpressionKind::Index(
                        Box::new(boxed(ExpressionKind::Column(parts))),
                        index,
                    ))),
                    field,
                )
            }),
            (one.clone(), text().prop_map(|zone| Box::new(boxed(ExpressionKind::Text(zone)))))
                .prop_map(|(of, zone)| ExpressionKind::AtTimeZone(of, zone)),
            inner.prop_map(|value| ExpressionKind::Exists(Box::new(query_of(value)))),
        ]
        .prop_map(boxed)
    })
}

/// A query that selects one value.
fn query_of(value: Expression) -> Query {
    let select = Select {
        quantifier: Quantifier::All,
        top: None,
        items: vec![SelectItem::Value(value, None)],
        from: Vec::new(),
        filter: None,
        group: Vec::new(),
        having: None,
        qualify: None,
        span: Span::default(),
    };
    Query {
        with: Vec::new(),
        recursive: false,
        body: SetExpression::Select(Box::new(select)),
        order: Vec::new(),
        limit: None,
        offset: None,
        span: Span::default(),
    }
}

fn relation() -> impl Strategy<Value = Relation> {
    let alias = (ident(), vec(ident(), 0..2)).prop_map(|(name, columns)| TableAlias { name, columns });
    // A schema with the same name as an earlier table would make its tables fields of that table.
    let table = (name(), option::of(alias.clone())).prop_map(|(mut name, alias)| {
        if name.parts.len() > 1 {
            name.parts[0].text.insert_str(0, "schema of ");
        }
        RelationKind::Table { name, alias }
    });
    let kind = prop_oneof![3 => table, 1 => (expression(), alias).prop_map(|(value, alias)| RelationKind::Query { query: Box::new(query_of(value)), alias })];
    let condition =
        one_of![expression().prop_map(JoinCondition::On), vec(ident(), 1..3).prop_map(JoinCondition::Using)];
    let join = (
        prop::sample::select(vec![JoinKind::Inner, JoinKind::Left, JoinKind::Right, JoinKind::Full]),
        kind.clone(),
        condition,
    )
        .prop_map(|(kind, right, condition)| Join { kind, right, condition });
    (kind, vec(join, 0..2)).prop_map(|(kind, joins)| Relation { kind, joins })
}

fn query() -> impl Strategy<Value = Query> {
    let item = prop_oneof![
        4 => (expression(), option::of(ident())).prop_map(|(value, alias)| SelectItem::Value(value, alias)),
        1 => Just(SelectItem::Star(Span::default())),
        1 => name().prop_map(SelectItem::TableStar),
    ];
    let clauses = (
        option::of(expression()),
        vec(expression(), 0..2),
        option::of(expression()),
        option::of(expression()),
    );
    let select = (any::<bool>(), option::of(1..9_u64), vec(item, 1..3), vec(relation(), 0..2), clauses)
        .prop_map(|(distinct, top, items, from, (filter, group, having, qualify))| {
            let quantifier = if distinct { Quantifier::Distinct } else { Quantifier::All };
            SetExpression::Select(Box::new(Select {
                quantifier,
                top,
                items,
                from,
                filter,
                group,
                having,
                qualify,
                span: Span::default(),
            }))
        });
    (select, vec(order(), 0..2), option::of(leaf()), option::of(leaf())).prop_map(
        |(body, order, limit, offset)| Query {
            with: Vec::new(),
            recursive: false,
            body,
            order,
            limit,
            offset,
            span: Span::default(),
        },
    )
}

fn column() -> impl Strategy<Value = Column> {
    let attribute = one_of![
        Just(ColumnAttributeKind::NotNull),
        Just(ColumnAttributeKind::DistKey),
        Just(ColumnAttributeKind::SortKey),
        Just(ColumnAttributeKind::PrimaryKey),
        expression().prop_map(ColumnAttributeKind::Default),
        prop::sample::select(Encoding::ALL.to_vec()).prop_map(ColumnAttributeKind::Encode),
        (any::<bool>(), any::<i32>(), any::<i32>()).prop_map(|(by_default, seed, step)| {
            ColumnAttributeKind::Identity { by_default, seed: seed.into(), step: step.into() }
        }),
    ];
    let attribute = attribute.prop_map(|kind| ColumnAttribute { kind, span: Span::default() });
    (ident(), data_type(), vec(attribute, 0..3)).prop_map(|(name, data_type, attributes)| Column {
        name,
        data_type,
        type_span: Span::default(),
        attributes,
    })
}

fn statement() -> impl Strategy<Value = StatementKind> {
    let create = (name(), any::<bool>(), vec(column(), 1..4), vec(ident(), 1..3)).prop_map(
        |(name, temporary, columns, key)| {
            let mut elements: Vec<_> = columns.into_iter().map(TableElement::Column).collect();
            elements.push(TableElement::Constraint(Constraint {
                name: None,
                kind: ConstraintKind::PrimaryKey(key.clone()),
            }));
            let attributes = vec![
                TableAttribute {
                    kind: TableAttributeKind::DistStyle(Distribution::Auto),
                    span: Span::default(),
                },
                TableAttribute {
                    kind: TableAttributeKind::SortKey(SortKey::Columns(SortStyle::Compound, key)),
                    span: Span::default(),
                },
            ];
            StatementKind::CreateTable(CreateTable {
                name,
                temporary,
                existing: Existing::Skip,
                body: TableBody::Elements(elements),
                attributes,
            })
        },
    );
    let copy =
        (name(), vec(ident(), 0..3), text(), any::<bool>()).prop_map(|(table, columns, rest, manifest)| {
            let options = if manifest {
                vec![CopyOption { kind: CopyOptionKind::Manifest, span: Span::default() }]
            } else {
                Vec::new()
            };
            StatementKind::Copy(Copy {
                table,
                columns,
                source: format!("s3://b/{rest}"),
                source_span: Span::default(),
                role: Some(Authorization::Default),
                format: Some(CopyFormat::Parquet),
                options,
                job: None,
            })
        });
    let merge = (name(), name(), option::of(ident()), expression(), vec((ident(), expression()), 1..3))
        .prop_map(|(target, source, alias, on, pairs)| {
            let assignments = pairs
                .iter()
                .map(|(column, value)| Assignment { column: column.clone(), value: value.clone() })
                .collect();
            let (columns, values) = pairs.into_iter().unzip();
            StatementKind::Merge(Merge {
                target,
                source,
                alias,
                on,
                action: Some((Matched::Update(assignments), columns, values)),
            })
        });
    one_of![
        query().prop_map(StatementKind::Query),
        create,
        copy,
        merge,
        (name(), any::<bool>(), vec(ident(), 0..2), query(), any::<bool>()).prop_map(
            |(name, replace, columns, query, late_binding)| StatementKind::CreateView(View {
                name,
                replace,
                columns,
                query,
                late_binding
            })
        ),
        (name(), query()).prop_map(|(name, query)| StatementKind::CreateMaterializedView(MaterializedView {
            name,
            attributes: vec![ViewAttribute {
                kind: ViewAttributeKind::AutoRefresh(Switch::Off),
                span: Span::default()
            }],
            query
        })),
        (name(), vec(ident(), 0..3), query()).prop_map(|(table, columns, query)| StatementKind::Insert(
            Insert { table, columns, source: InsertSource::Query(Box::new(query)) }
        )),
        (name(), option::of(expression())).prop_map(|(table, filter)| StatementKind::Delete(Delete {
            table,
            using: Vec::new(),
            filter
        })),
        (name(), text()).prop_map(|(name, text)| StatementKind::Comment {
            kind: CommentKind::Table,
            name,
            text: Some(text)
        }),
        (vec(ident(), 1..3), vec(ident(), 1..3)).prop_map(|(schemas, roles)| StatementKind::Grant(Grant {
            action: GrantAction::Grant,
            privileges: vec![Privilege {
                kind: PrivilegeKind::Select,
                columns: Vec::new(),
                span: Span::default()
            }],
            on: Securable::AllTables(schemas),
            grantees: roles.into_iter().map(Grantee::Role).collect(),
            grant_option: false,
        })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn rendered_statements_parse_to_the_same_tree(kind in statement()) {
        let statement = Statement { kind, span: Span::default() };
        let written = redshift(&statement);
        let script = parse(&written);
        prop_assert!(script.findings.iter().all(|finding| finding.code.text() == "SQL0111"), "{written}\n{:?}", script.findings);
        prop_assert_eq!(&script.statements, &[statement], "{}", written);
    }

    #[test]
    fn any_text_can_be_parsed(text in "[a-z(),;'\"$*.: \\n-]{0,60}") {
        let _ = strataform_redshift::check(&text);
    }
}
