package plan

import "github.com/kasha-platform/kasha/function/internal/stack"

// An Alarm rings when a metric is beyond its threshold for several consecutive periods, and
// notifies people then and when it recovers, unless it scales. It watches either one metric or an expression over
// several.
type Alarm struct {
	// Name is the end of its key. It begins with the resource that the alarm watches.
	Name string
	// Suffix of its name in AWS, if it is not Name.
	Suffix string
	// Purpose says when it fires, and Do what to do then.
	Purpose, Do string
	// Runbook is the heading of the section in docs/runbooks.md that says more.
	Runbook   string
	Threshold Threshold
	// MissingData is how the alarm treats periods without data: one of the Missing
	// constants.
	MissingData string
	Metric      Metric
	Expression  []Query
	// Critical alarms need an immediate reaction, also at night.
	Critical bool
	// After are the resources that must be ready before the alarm is created, because the
	// metric has no value until then.
	After []stack.Key
	// Scales is the scaling policy that the alarm starts. An alarm that has one notifies
	// nobody.
	Scales stack.Key
	// Quiet alarms notify nobody either: something in AWS watches them.
	Quiet bool
}

// How an alarm treats periods without data. Idle load balancers and firewalls report no
// data, which is good. Missing database metrics do not clear an alarm. A service without a
// running task reports no data, which is bad.
const (
	MissingIsGood = "notBreaching"
	MissingIsNone = "ignore"
	MissingIsBad  = "breaching"
)

// runbooks is the page with a section for each alarm.
const runbooks = "https://github.com/kasha-platform/kasha/blob/main/docs/runbooks.md"

// RunbookURL is the address of a section of the page of runbooks. Alarms that exist have it
// in their descriptions, so a heading of that page never changes.
func RunbookURL(heading string) string { return runbooks + "#" + heading }

// Description is the text that the alarm sends to its receivers.
func (a Alarm) Description(stackID string) string {
	return stackID + ": " + a.Purpose + " " + a.Do + " Runbook: " + RunbookURL(a.Runbook)
}

// A Threshold is the condition on which an alarm rings.
type Threshold struct {
	// Below tells whether the alarm rings for values below Value. If false, it rings for
	// values above it.
	Below bool
	Value float64
	// Period is in seconds. Periods is the number of consecutive periods, of which as many as
	// Enough must be beyond. 0 is all.
	Period, Periods, Enough int
}

// Above is the threshold of an alarm that rings for high values. The period is in seconds.
func Above(value float64, period, periods int) Threshold {
	return Threshold{Value: value, Period: period, Periods: periods}
}

// Below is the threshold of an alarm that rings for low values. The period is in seconds.
func Below(value float64, period, periods int) Threshold {
	return Threshold{Below: true, Value: value, Period: period, Periods: periods}
}

// A Metric is a CloudWatch metric.
type Metric struct {
	Namespace, Name, Statistic string
	Dimensions                 map[string]string
}

// A Query is an element of an expression: a metric, or a formula over other elements.
type Query struct {
	ID     string
	Metric *Metric
	// Formula is a CloudWatch metric math expression, and Label its name in graphs. Result
	// tells whether the alarm compares this element with its threshold.
	Formula, Label string
	Result         bool
}

// Minute, Hour and Day in seconds.
const (
	Minute = 60
	Hour   = 60 * Minute
	Day    = 24 * Hour
)

// A Graph is one graph of the dashboard.
type Graph struct {
	Title string
	// Region of the metrics, if it is not the claim's.
	Region string
	// Statistic of the lines that have none.
	Statistic string
	// Percent tells whether the axis ends at 100.
	Percent bool
	Lines   []Line
}

// A Line is one line of a graph: a metric, or a search expression that finds several.
type Line struct {
	Namespace, Metric string
	// Dimensions are alternating names and values.
	Dimensions []string
	Label      string
	Statistic  string
	Search     string
}
