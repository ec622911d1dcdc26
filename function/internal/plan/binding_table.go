package plan

import (
	"fmt"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// TableRecoveryDays is for how many days a table can be restored to any second, where the claim
// does not say it.
const TableRecoveryDays = 35

// A tableBinding is all of the claim's tables.
type tableBinding struct {
	nothing
	p *Plan
}

func (tableBinding) Serves(d Declared) bool { return d.Data }

func (b tableBinding) tables() []v1alpha1.Table { return b.p.Claim.Spec.Tables }

// TableVariable is the name of the variable with a table's name in AWS: TABLE_LINE_ITEMS for the
// table line-items.
func TableVariable(table string) string {
	return "TABLE_" + strings.ToUpper(strings.ReplaceAll(table, "-", "_"))
}

// Variables have names that are known before the tables are there. They wait all the same, so that
// no task begins before its table.
func (b tableBinding) Variables() []Variable {
	var out []Variable
	for _, t := range b.tables() {
		out = append(out, Variable{TableVariable(t.Name), stack.Await(keys.Table(t.Name), "id")})
	}
	return out
}

// Grant does not allow changing tables, only what is in them.
func (b tableBinding) Grant() Grant {
	var tables, indexes, streams policy.List
	for _, t := range b.tables() {
		arn := b.p.RegionalARN("dynamodb", "table/"+b.p.TableName(t.Name))
		tables = append(tables, arn)
		for _, i := range t.Indexes {
			indexes = append(indexes, arn+"/index/"+i.Name)
		}
		if t.Stream != "" {
			streams = append(streams, arn+"/stream/*")
		}
	}
	if len(tables) == 0 {
		return Grant{}
	}
	d := policy.Document{policy.Permit("Tables", tables,
		"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem",
		"dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan",
		"dynamodb:UpdateItem")}
	if len(indexes) > 0 {
		d = append(d, policy.Permit("TableIndexes", indexes, "dynamodb:Query", "dynamodb:Scan"))
	}
	if len(streams) > 0 {
		d = append(d, policy.Permit("TableStreams", streams,
			"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"))
	}
	return Grant{Encrypted: []string{"dynamodb"}, Statements: d}
}

// Alarms ring when requests are throttled, of the table or of an index, and when DynamoDB fails.
func (b tableBinding) Alarms() []Alarm {
	var out []Alarm
	for _, t := range b.tables() {
		out = append(out, b.throttled(t), b.failed(t))
		for _, i := range t.Indexes {
			out = append(out, b.indexThrottled(t, i))
		}
	}
	return out
}

// throttled does not count the indexes: DynamoDB counts what they throttle by their own names.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
func (b tableBinding) throttled(t v1alpha1.Table) Alarm {
	return Alarm{
		Name:    string(keys.Table(t.Name)) + "-throttled",
		Purpose: "Fires when DynamoDB has throttled requests to the table " + t.Name + " for five minutes.",
		Do: "Raise maxReadUnits or maxWriteUnits of the table if the claim sets them; else look for a hash key that " +
			"many requests share.",
		Runbook:     "table-throttled",
		Threshold:   Above(0, Minute, 5),
		MissingData: MissingIsGood,
		Expression: sumOf([]string{"ReadThrottleEvents", "WriteThrottleEvents"},
			func(metric string) Metric {
				return Metric{"AWS/DynamoDB", metric, "Sum", b.of(t)}
			}),
	}
}

func (b tableBinding) indexThrottled(t v1alpha1.Table, i v1alpha1.TableIndex) Alarm {
	return Alarm{
		Name:    string(keys.Table(t.Name)) + "-index-" + stack.Digest(i.Name) + "-throttled",
		Suffix:  string(keys.Table(t.Name)) + "-index-" + i.Name + "-throttled",
		Purpose: "Fires when DynamoDB has throttled requests to the index " + i.Name + " of the table " + t.Name + ".",
		Do: "An index that throttles writes throttles those of its table: raise maxWriteUnits of the table if the " +
			"claim sets it; else look for a hash key of the index that many items share.",
		Runbook:     "table-throttled",
		Threshold:   Above(0, Minute, 5),
		MissingData: MissingIsGood,
		Expression: sumOf([]string{"ReadThrottleEvents", "WriteThrottleEvents"},
			func(metric string) Metric {
				return Metric{"AWS/DynamoDB", metric, "Sum", map[string]string{
					"TableName": b.p.TableName(t.Name), "GlobalSecondaryIndexName": i.Name,
				}}
			}),
	}
}

// tableOperations are what applications do most. DynamoDB counts its errors by operation.
var tableOperations = []string{"GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem",
	"BatchWriteItem"}

func (b tableBinding) failed(t v1alpha1.Table) Alarm {
	return Alarm{
		Name:    string(keys.Table(t.Name)) + "-errors",
		Purpose: "Fires when DynamoDB itself has failed requests to the table " + t.Name + " for ten minutes.",
		Do: "Look at AWS's health page. Clients repeat such requests by themselves; if the backend's errors rise " +
			"too, make it repeat more slowly.",
		Runbook:     "table-errors",
		Threshold:   Above(0, 5*Minute, 2),
		MissingData: MissingIsGood,
		Expression: sumOf(tableOperations, func(operation string) Metric {
			return Metric{"AWS/DynamoDB", "SystemErrors", "Sum", map[string]string{
				"TableName": b.p.TableName(t.Name), "Operation": operation,
			}}
		}),
	}
}

// sumOf is the sum of metrics, of which some have no data while nothing is wrong.
func sumOf(of []string, metric func(string) Metric) []Query {
	var out []Query
	var terms []string
	for i, name := range of {
		id, m := fmt.Sprintf("m%d", i+1), metric(name)
		out = append(out, Query{ID: id, Metric: &m})
		terms = append(terms, "FILL("+id+", 0)")
	}
	return append(out, Query{ID: "sum", Formula: strings.Join(terms, " + "), Label: "sum", Result: true})
}

func (b tableBinding) of(t v1alpha1.Table) map[string]string {
	return map[string]string{"TableName": b.p.TableName(t.Name)}
}

func (b tableBinding) Graphs() []Graph {
	if len(b.tables()) == 0 {
		return nil
	}
	lines := func(metric string) []Line {
		var out []Line
		for _, t := range b.tables() {
			out = append(out, Line{Namespace: "AWS/DynamoDB", Metric: metric, Label: t.Name,
				Dimensions: []string{"TableName", b.p.TableName(t.Name)}})
		}
		return out
	}
	return []Graph{
		{Title: "Tables: read units", Statistic: "Sum", Lines: lines("ConsumedReadCapacityUnits")},
		{Title: "Tables: write units", Statistic: "Sum", Lines: lines("ConsumedWriteCapacityUnits")},
		{Title: "Tables: throttled reads", Statistic: "Sum", Lines: lines("ReadThrottleEvents")},
		{Title: "Tables: throttled writes", Statistic: "Sum", Lines: lines("WriteThrottleEvents")},
	}
}
