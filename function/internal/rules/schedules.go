package rules

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

var scheduleRules = []Rule{{
	ID:     "setting-schedules",
	Title:  "A schedule, and what tells about its runs, has the values of the table.",
	Why:    "A run would come at another time, or fail and nobody would know.",
	Source: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html",
	check:  eachOf(hasSettings(scheduleSettings)),
}, {
	ID:     "schedule-run",
	Title:  "A schedule starts its own task, once, and the runner is told what the claim asks for.",
	Why:    "A run would overlap another one, never end, or run something else.",
	Source: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html",
	check:  eachOf(startsOneTask),
}, {
	ID:     "watch-failed-runs",
	Title:  "The rule for runs that fail matches what ECS tells of them, for every schedule and for nothing else.",
	Why:    "EventBridge Scheduler knows only whether a run was started.",
	Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html",
	check:  failedRunsAreNoticed,
}}

func hasSchedules(w World) bool { return len(objects(lookup(w.Claim, "spec", "schedules"))) > 0 }

// scheduleSettings are about schedules.
var scheduleSettings = []setting{
	{"scheduler/Schedule", "schedule-*", "one task, whose end is noticed by its group", "", fields{
		"name": "{}", "groupName": "@schedulegroup", "target.deadLetterConfig.arn": "@deadletters-schedules",
		"actionAfterCompletion": "NONE",
	}},
	{"scheduler/Schedule", "schedule-*", "the claim's time zone", "schedule-{}.timeZone", fields{
		"scheduleExpressionTimezone": "=schedule-{}.timeZone",
	}},
	{"scheduler/Schedule", "schedule-*", "UTC where the claim has no time zone", "schedule-{}.timeZone=", fields{
		"scheduleExpressionTimezone": "UTC",
	}},
	{"scheduler/Schedule", "schedule-*", "it rests", "schedule-{}.paused=true", fields{"state": "DISABLED"}},
	{"scheduler/Schedule", "schedule-*", "it runs", "schedule-{}.paused=", fields{"state": "ENABLED"}},
	{"scheduler/Schedule", "schedule-*", "a run starts at its time", "schedule-{}.withinMinutes=", fields{
		"flexibleTimeWindow.mode": "OFF",
	}},
	{"scheduler/Schedule", "schedule-*", "a run starts within the claim's window", "schedule-{}.withinMinutes", fields{
		"flexibleTimeWindow.mode":                   "FLEXIBLE",
		"flexibleTimeWindow.maximumWindowInMinutes": "=schedule-{}.withinMinutes",
	}},
	{"cloudwatchevents/Rule", "rule-run-failed", "AWS's services tell this bus, and the provider needs its name", "",
		fields{
			"eventBusName": "default", "state": "ENABLED",
		}},
	{"cloudwatchevents/Target", "ruletarget-run-failed", "the people who get the alarms", "", fields{
		"eventBusName": "default", "rule": "@rule-run-failed", "arn": "@topic-alarms",
		"inputTransformer.inputPaths.containers": "$.detail.containers",
	}},
}

// A scheduledRun is what a schedule starts, itself or by the runner.
type scheduledRun struct {
	Action, ID, Series, Cluster, TaskDefinition, Group, CapacityProvider, Overlap, Function, Role, DeadLetters string

	Subnets, SecurityGroups  []string
	Attempts, TimeoutSeconds int
	Shell                    bool
}

func scheduledRunOf(o map[string]any) scheduledRun {
	target := asMap(params(o)["target"])
	var r scheduledRun
	if input := text(target, "input"); input != "" {
		_ = json.Unmarshal([]byte(input), &r)
		return r
	}
	p := asMap(target["ecsParameters"])
	n := asMap(p["networkConfiguration"])
	return scheduledRun{
		Cluster: text(target, "arn"), TaskDefinition: text(p, "taskDefinitionArn"), Group: text(p, "group"),
		Subnets: texts(n["subnets"]), SecurityGroups: texts(n["securityGroups"]),
	}
}

// isByTheRunner tells whether the claim asks for something of a schedule that only the runner does.
func isByTheRunner(w World, key string) bool {
	return in(w.Claim, "spec."+key+".overlap") == "Forbid" || in(w.Claim, "spec."+key+".timeoutSeconds") != ""
}

// startsOneTask requires that a schedule starts its own task once, and that the runner is told what the claim asks
// for.
func startsOneTask(w World, key string, o map[string]any) []string {
	if kindOf(o) != "scheduler/Schedule" || onlyLooks(o) {
		return nil
	}
	target := asMap(params(o)["target"])
	shell := cmp.Or(in(w.Claim, "spec."+key+".exec"), "false")
	if !isByTheRunner(w, key) {
		want := map[string]string{
			"arn": w.arn("cluster"), "input": "", "ecsParameters.taskCount": "1",
			"ecsParameters.enableExecuteCommand": shell, "ecsParameters.propagateTags": "TASK_DEFINITION",
			"ecsParameters.platformVersion": "LATEST", "ecsParameters.networkConfiguration.assignPublicIp": "false",
			"ecsParameters.group": w.stack() + "-" + key,
		}
		return differences(target, want)
	}
	r := scheduledRunOf(o)
	timeout := in(w.Claim, "spec."+key+".timeoutSeconds")
	return differences(map[string]any{
		"arn": target["arn"], "action": r.Action, "id": r.ID, "series": r.Series, "cluster": r.Cluster,
		"group":   r.Group,
		"overlap": r.Overlap, "function": r.Function, "role": r.Role, "deadLetters": r.DeadLetters,
		"shell": r.Shell, "attempts": float64(r.Attempts), "timeoutSeconds": float64(r.TimeoutSeconds),
	}, map[string]string{
		"arn": runnerARN(w), "action": "run", "id": "<aws.scheduler.scheduled-time>", "series": key,
		"cluster": w.stack(), "group": w.stack() + "-" + key,
		"overlap": in(w.Claim, "spec."+key+".overlap"), "function": runnerARN(w),
		"role": w.arn("role-scheduler"), "deadLetters": w.arn("deadletters-schedules"),
		"shell": shell, "attempts": in(w.Claim, "spec."+key+".startAttempts"), "timeoutSeconds": cmp.Or(timeout, "0"),
	})
}

func differences(o map[string]any, want map[string]string) []string {
	var out []string
	for _, field := range slices.Sorted(maps.Keys(want)) {
		if got := in(o, field); got != want[field] {
			out = append(out, fmt.Sprintf("has %s %q, want %q", field, got, want[field]))
		}
	}
	return out
}

func runnerARN(w World) string {
	name := text(params(w.Desired["runner"]), "name")
	return "arn:aws:lambda:" + w.region() + ":" + w.account() + ":function:" + name
}

// failedRunsAreNoticed sends what ECS tells of tasks through the rule's pattern.
func failedRunsAreNoticed(w World) []Violation {
	if !hasSchedules(w) || !w.Settled {
		return nil
	}
	const key = "rule-run-failed"
	var pattern map[string]any
	if err := json.Unmarshal([]byte(text(params(w.Desired[key]), "eventPattern")), &pattern); err != nil {
		return []Violation{violation(key, "has no pattern: %v", err)}
	}
	var out []Violation
	for _, name := range prefixed(w, schedulePrefix) {
		group, cluster := scheduledRunOf(w.Desired[name]).Group, w.arn("cluster")
		for _, e := range endings {
			if got := matchesEvent(pattern, taskStopped(cluster, group, e.code, e.stop)); got != e.told {
				out = append(out,
					violation(key, "tells of a run of %s that %s: %v, want %v", name, e.why, got, e.told))
			}
		}
		late := taskStopped(cluster, group, 0, "UserInitiated")
		asMap(late["detail"])["stoppedReason"] = "The run took longer than timeoutSeconds."
		if isByTheRunner(w, name) && !matchesEvent(pattern, late) {
			out = append(out, violation(key, "does not tell of a run of %s that the runner has stopped", name))
		}
		if matchesEvent(pattern, taskStopped(cluster, "service:backend", 1, "EssentialContainerExited")) {
			out = append(out, violation(key, "tells of a task of the backend"))
		}
		if matchesEvent(pattern, taskStopped("arn:other", group, 1, "EssentialContainerExited")) {
			out = append(out, violation(key, "tells of a task in another cluster"))
		}
	}
	return out
}

// endings are how a run ends, with what exit code, and whether people want to know.
var endings = []struct {
	why  string
	code float64
	stop string
	told bool
}{
	{"succeeded", 0, "EssentialContainerExited", false},
	{"failed", 1, "EssentialContainerExited", true},
	{"ran out of memory", 137, "EssentialContainerExited", true},
	{"never started", -1, "TaskFailedToStart", true},
	{"lost its Spot capacity", 0, "SpotInterruption", true},
	{"AWS stopped", 0, "TerminationNotice", true},
}

// taskStopped is what ECS tells. A container that never started has no exit code.
func taskStopped(cluster, group string, code float64, stop string) map[string]any {
	container := map[string]any{"name": "x", "lastStatus": "STOPPED"}
	if code >= 0 {
		container["exitCode"] = code
	}
	return map[string]any{
		"source": "aws.ecs", "detail-type": "ECS Task State Change",
		"detail": map[string]any{
			"clusterArn": cluster, "lastStatus": "STOPPED", "group": group, "stopCode": stop,
			"containers": []any{container},
		},
	}
}

// matchesEvent tells whether EventBridge would match an event: as much of its language as Kasha writes.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func matchesEvent(pattern map[string]any, event any) bool {
	for field, want := range pattern {
		if field == "$or" {
			if list, _ := want.([]any); !slices.ContainsFunc(list,
				func(p any) bool { return matchesEvent(asMap(p), event) }) {
				return false
			}
			continue
		}
		ok := slices.ContainsFunc(valuesOf(event, field), func(got any) bool {
			if nested := asMap(want); nested != nil {
				return matchesEvent(nested, got)
			}
			list, _ := want.([]any)
			return slices.ContainsFunc(list, func(w any) bool { return matchesValue(w, got) })
		})
		if !ok {
			return false
		}
	}
	return true
}

// valuesOf are the values of a field, through a list.
func valuesOf(event any, field string) []any {
	elements, isList := event.([]any)
	if !isList {
		elements = []any{event}
	}
	var out []any
	for _, e := range elements {
		if v, has := asMap(e)[field]; has {
			out = append(out, v)
		}
	}
	return out
}

func matchesValue(want, got any) bool {
	rule := asMap(want)
	if rule == nil {
		return want == got
	}
	if prefix, is := rule["prefix"].(string); is {
		return strings.HasPrefix(fmt.Sprint(got), prefix)
	}
	not, is := rule["anything-but"].([]any)
	return is && !slices.Contains(not, got)
}

// cannotRun is what a schedule's role lacks to run the schedule's task definition.
func cannotRun(w World, key string) []string {
	target := asMap(params(w.Desired[key])["target"])
	role, cluster := w.ref(target, "roleArn"), w.arn("cluster")
	revision := scheduledRunOf(w.Desired[key]).TaskDefinition
	in := map[string]string{"ecs:cluster": cluster}
	// The runner may run the backend where that has a release.
	var out []string
	another := "backend"
	if isByTheRunner(w, key) {
		another = "other"
		out = append(out, lacks(w, role, runnerARN(w), nil, "lambda:InvokeFunction")...)
		out = append(out, lacks(w, role, text(target, "deadLetterConfig", "arn"), nil, "sqs:SendMessage")...)
		role = "role-runner"
		out = append(out, lacks(w, role, stopsOf(w)+key+"-1", nil, "scheduler:CreateSchedule")...)
		passed := map[string]string{"iam:PassedToService": "scheduler.amazonaws.com"}
		out = append(out, lacks(w, role, w.arn("role-scheduler"), passed, "iam:PassRole")...)
	}
	out = append(out, lacks(w, role, revision, in, "ecs:RunTask")...)
	tasks := strings.Replace(cluster, ":cluster/", ":task/", 1) + "/any"
	out = append(out, lacks(w, role, tasks, map[string]string{"ecs:CreateAction": "RunTask"}, "ecs:TagResource")...)
	passed := map[string]string{"iam:PassedToService": "ecs-tasks.amazonaws.com"}
	for _, r := range []string{"role-execution", "role-task"} {
		out = append(out, lacks(w, role, w.arn(r), passed, "iam:PassRole")...)
	}
	out = append(out, lacks(w, role, text(target, "deadLetterConfig", "arn"), nil, "sqs:SendMessage")...)
	other := strings.Replace(revision, "-"+key+":", "-"+another+":", 1)
	if r := (request{action: "ecs:RunTask", resource: other, context: in}); may(w, role, r) {
		out = append(out, role+" may "+r.String())
	}
	return out
}

// scheduledTasks is every version of what the claim's schedules start.
func scheduledTasks(w World) string {
	return "arn:aws:ecs:" + w.region() + ":" + w.account() + ":task-definition/" + w.stack() + "-" + schedulePrefix +
		"*:*"
}

// scheduleAlarms are about runs that could not be started.
func scheduleAlarms(w World) map[string]alarm {
	if !hasSchedules(w) {
		return nil
	}
	group := map[string]string{"ScheduleGroup": externalName(w.Desired["schedulegroup"])}
	queue := map[string]string{"QueueName": text(params(w.Desired["deadletters-schedules"]), "name")}
	return map[string]alarm{
		"alarm-schedules-errors":  above(0, 5*minute, 1).of("AWS/Scheduler", "TargetErrorCount", "Sum", group),
		"alarm-schedules-dropped": above(0, 5*minute, 1).of("AWS/Scheduler", "InvocationDroppedCount", "Sum", group),
		"alarm-schedules-dlq": above(0, minute, 1).of("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum",
			queue),
	}
}
