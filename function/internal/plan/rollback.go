package plan

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
)

// An ErrorWatch is what ECS is told about the alarm on which it rolls back.
type ErrorWatch string

// The values of an ErrorWatch.
const (
	// ErrorsIgnored means that ECS has no alarm.
	ErrorsIgnored ErrorWatch = ""
	// ErrorsWatched means that ECS rolls back when the alarm rings during a deployment.
	ErrorsWatched ErrorWatch = "watched"
	// ErrorsLeft means that ECS is to watch the alarm no longer. It has not said yet that it
	// does not, so the alarm stays.
	ErrorsLeft ErrorWatch = "left"
)

// RollbackAlarm is the end of the key of the alarm on which ECS rolls back a workload.
func RollbackAlarm(workload string) string { return "rollback-" + workload }

// ErrorPercent is how many percent of the requests may fail during a rollout. 0 is off.
func (d Declared) ErrorPercent() int32 {
	if d.Serving == nil {
		return 0
	}
	return d.Serving.Rollout.ErrorPercent
}

// errorWatch tells what the service of a workload is to say. ECS refuses an alarm that does
// not exist, and one that is deleted would stop later deployments. A new service waits for its
// alarm, and one that lives does without it until then.
func (p *Plan) errorWatch(d Declared) ErrorWatch {
	o, exists := p.stack.Observed(keys.Service(d.Name))
	if !exists {
		if d.ErrorPercent() > 0 {
			return ErrorsWatched
		}
		return ErrorsIgnored
	}
	asked, listed := o.Lookup("spec", "forProvider", "alarms", "enable")
	watches, known := o.Lookup("status", "atProvider", "alarms", "enable")
	switch {
	case d.ErrorPercent() > 0 && (asked == true || p.stack.Ready(keys.Alarm(RollbackAlarm(d.Name)))):
		return ErrorsWatched
	case listed && (watches == true || !known || asked == true):
		return ErrorsLeft
	}
	return ErrorsIgnored
}
