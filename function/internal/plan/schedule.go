package plan

import (
	"cmp"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// schedulePrefix keeps a schedule apart from the services and the workers, whatever its name
// in the claim.
const schedulePrefix = "schedule-"

// schedule is what one of the claim's schedules starts: one task for each run.
func schedule(c *v1alpha1.KashaClaim, i int) Declared {
	s := &c.Spec.Schedules[i]
	return Declared{
		Container: &s.Container, Name: schedulePrefix + s.Name,
		Image: cmp.Or(s.Image, c.Spec.Backend.Image),
		Field: "spec.schedules[" + s.Name + "]", Kind: v1alpha1.WorkloadSchedule, CPU: s.CPU, Memory: s.Memory,
		Scaling: v1alpha1.Scaling{Min: 1, Max: 1}, Schedule: s, Data: true,
	}
}

// RunsOnSpot tells whether the one task of a run is on Spot: it is where no task must be on
// demand, and some may be on Spot.
func (w Workload) RunsOnSpot() bool {
	return ptr.Deref(w.Spot.OnDemandBase, 0) == 0 && ptr.Deref(w.Spot.Percent, 0) > 0
}

// ScheduleExpression is when a schedule runs, as EventBridge Scheduler writes it.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
func ScheduleExpression(s *v1alpha1.Schedule) string {
	if s.Cron != "" {
		return "cron(" + s.Cron + ")"
	}
	return "rate(" + strings.TrimSuffix(s.Every, "s") + "s)"
}

// ScheduleTimeZone is the time zone that a schedule's cron expression is in.
func ScheduleTimeZone(s *v1alpha1.Schedule) string {
	if s.TimeZone == "" {
		return "UTC"
	}
	return s.TimeZone
}

// NeedsRunner tells whether EventBridge Scheduler alone cannot do what a schedule asks for: it
// knows nothing of the runs that it has started.
func NeedsRunner(s *v1alpha1.Schedule) bool {
	return s.Overlap == v1alpha1.OverlapForbid || s.TimeoutSeconds != nil
}

// RunnerARN is the ARN of the runner's function.
func (p *Plan) RunnerARN() string { return p.RegionalARN("lambda", "function:"+p.RunnerName()) }

// runnerStarts tells whether the runner starts the runs of a schedule, or the schedule in AWS
// does not yet know that it no longer does.
func (p *Plan) runnerStarts(s *v1alpha1.Schedule) bool {
	if NeedsRunner(s) {
		return true
	}
	o, _ := p.stack.Observed(keys.Schedule(s.Name))
	asked, _ := stack.Text(o, "spec", "forProvider", "target", "arn")
	is, _ := stack.Text(o, "status", "atProvider", "target", "arn")
	end := ":function:" + p.RunnerName()
	return strings.HasSuffix(asked, end) || strings.HasSuffix(is, end)
}

// StartsRuns tells whether the runner starts runs of schedules.
func (p *Plan) StartsRuns() bool {
	for i := range p.Claim.Spec.Schedules {
		if p.runnerStarts(&p.Claim.Spec.Schedules[i]) {
			return true
		}
	}
	return false
}

// RunGroup is the name by which ECS tells the tasks of a schedule from others.
func (p *Plan) RunGroup(schedule string) string { return p.stack.ID + "-" + schedulePrefix + schedule }

// RunFailedRule is the name of the EventBridge rule for runs that fail.
func (p *Plan) RunFailedRule() string { return p.stack.Name("run-failed", LimitRule) }

// ScheduleDeadLetters is the name of the queue for runs that could not be started. No queue
// of a claim has an underscore in its name.
func (p *Plan) ScheduleDeadLetters() string { return p.stack.Name("schedules_dlq", LimitQueue) }

// A scheduleBinding lets EventBridge Scheduler start tasks, and tells people about those
// that could not be started. Schedules themselves use nothing of it.
type scheduleBinding struct {
	nothing
	p *Plan
}

func (scheduleBinding) Serves(Declared) bool { return false }

func (scheduleBinding) Variables() []Variable { return nil }

func (b scheduleBinding) unused() bool { return len(b.p.Claim.Spec.Schedules) == 0 }

// Roles is the role with which the schedules of the claim's group start tasks. AWS tells the
// group, and not the schedule, when it assumes the role.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func (b scheduleBinding) Roles() []ServiceRole {
	if b.unused() {
		return nil
	}
	return []ServiceRole{{
		Name: keys.Scheduler, Suffix: RoleScheduler,
		Purpose:   "EventBridge Scheduler uses it to start the tasks of the schedules.",
		Principal: "scheduler.amazonaws.com",
		Source:    b.p.RegionalARN("scheduler", "schedule-group/"+b.p.stack.ID),
		Document:  b.start(),
	}}
}

// start allows starting the schedules' tasks in the claim's cluster, with their tags and the
// claim's two roles, and keeping what could not be started.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
func (b scheduleBinding) start() policy.Document {
	id := b.p.stack.ID
	run := policy.Permit("Run", policy.List{b.p.RegionalARN("ecs", "task-definition/"+id+"-"+schedulePrefix+"*:*")},
		"ecs:RunTask")
	run.Condition = policy.Condition{"ArnEquals": {"ecs:cluster": {b.p.RegionalARN("ecs", "cluster/"+id)}}}
	tag := policy.Permit("Tag", policy.List{b.p.RegionalARN("ecs", "task/"+id+"/*")}, "ecs:TagResource")
	tag.Condition = policy.Condition{"StringEquals": {"ecs:CreateAction": {"RunTask"}}}
	pass := policy.Permit("Pass", append(policy.List{b.p.RoleARN(RoleExecution), b.p.RoleARN(RoleTask)},
		b.own()...), "iam:PassRole")
	pass.Condition = policy.Condition{"StringEquals": {"iam:PassedToService": {"ecs-tasks.amazonaws.com"}}}
	d := policy.Document{run, tag, pass, policy.Permit("DeadLetters",
		policy.List{b.p.RegionalARN("sqs", b.p.ScheduleDeadLetters())}, "sqs:SendMessage")}
	if b.p.StartsRuns() {
		d = append(d, policy.Permit("Runner", policy.List{b.p.RunnerARN()}, "lambda:InvokeFunction"))
	}
	return d
}

// own are the roles that schedules have of their own, and those that the next run may still
// have.
func (b scheduleBinding) own() policy.List {
	var out policy.List
	for _, w := range b.p.Schedules {
		out = append(out, b.p.ownRole(w.Name)...)
	}
	return out
}

// Alarms ring for runs that could not be started. EventBridge Scheduler does not know how a
// run ends: the rule for runs that fail tells that.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
func (b scheduleBinding) Alarms() []Alarm {
	if b.unused() {
		return nil
	}
	of := func(name string) Metric {
		return Metric{"AWS/Scheduler", name, "Sum", map[string]string{"ScheduleGroup": b.p.stack.ID}}
	}
	out := []Alarm{{
		Name:    "schedules-errors",
		Purpose: "Fires when ECS refuses to start a run of a schedule.",
		Do:      "AWS tries again, as often as startAttempts says: look in CloudTrail at why RunTask was refused.",
		Runbook: "schedule-not-started", Threshold: Above(0, 5*Minute, 1), Metric: of("TargetErrorCount"),
	}, {
		Name:    "schedules-dropped",
		Purpose: "Fires when AWS gave up starting a run of a schedule.",
		Do:      "The run is missing: its message is in " + b.p.ScheduleDeadLetters() + " and has the reason.",
		Runbook: "schedule-not-started", Threshold: Above(0, 5*Minute, 1), Metric: of("InvocationDroppedCount"),
	}, {
		Name:    "schedules-dlq",
		Purpose: "Fires while a run of a schedule that could not be started is in the dead-letter queue.",
		Do: "The message is kept for 14 days in " + b.p.ScheduleDeadLetters() +
			": read the reason in its attributes, or in its body where the runner starts the runs, " +
			"start the run by hand, and delete the message.",
		Runbook: "schedule-not-started", Threshold: Above(0, Minute, 1),
		Metric: Metric{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum",
			map[string]string{"QueueName": b.p.ScheduleDeadLetters()}},
	}}
	for i := range out {
		out[i].MissingData = MissingIsGood
	}
	return out
}
