package plan

// An Alarm rings when a metric was beyond its threshold for some periods in a
// row, and tells when it no longer is. It watches either a metric or an expression
// of several.
type Alarm struct {
	// Name that its key ends with. It begins with what it is about.
	Name string
	// Suffix of its name in AWS, where that is not Name.
	Suffix string
	// Purpose says when it rings, and Do what to do then.
	Purpose, Do string
	Threshold   Threshold
	// MissingData is what the alarm does while its metric has no value.
	MissingData string
	Metric      Metric
	Expression  []Query
	// Critical alarms are those to be woken by.
	Critical bool
}

// What an alarm does while its metric has no value. Idle load balancers and
// firewalls report nothing, and that is good. Missing database metrics do not
// clear an alarm.
const (
	MissingIsGood = "notBreaching"
	MissingIsNone = "ignore"
)

// A Threshold is from where on an alarm rings.
type Threshold struct {
	// Below tells whether low values are bad.
	Below bool
	Value float64
	// Period in seconds, and how many of them in a row.
	Period, Periods int
}

// Above is a threshold for values that must not be high.
func Above(value float64, period, periods int) Threshold {
	return Threshold{Value: value, Period: period, Periods: periods}
}

// Below is a threshold for values that must not be low.
func Below(value float64, period, periods int) Threshold {
	return Threshold{Below: true, Value: value, Period: period, Periods: periods}
}

// A Metric is one of CloudWatch's.
type Metric struct {
	Namespace, Name, Statistic string
	Dimensions                 map[string]string
}

// A Query is an element of an expression: a metric, or a formula over the others.
type Query struct {
	ID     string
	Metric *Metric
	// Formula and Label of what is computed. Result tells whether it is what the
	// alarm compares.
	Formula, Label string
	Result         bool
}

// Minute and Day in seconds.
const (
	Minute = 60
	Day    = 24 * 60 * Minute
)

// A Graph is one picture of the dashboard.
type Graph struct {
	Title string
	// Region that the metrics are in, where it is not the claim's.
	Region string
	// Statistic of lines that have none of their own.
	Statistic string
	// Percent tells whether the axis ends at 100.
	Percent bool
	Lines   []Line
}

// A Line is one line of a graph: a metric, or an expression that finds several.
type Line struct {
	Namespace, Metric string
	// Dimensions are names and values in turn.
	Dimensions []string
	Label      string
	Statistic  string
	Search     string
}
