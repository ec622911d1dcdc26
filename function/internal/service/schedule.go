package service

import (
	"strings"

	"k8s.io/utils/ptr"

	cloudwatchevents "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchevents/v1beta1"
	scheduler "github.com/upbound/provider-aws/v2/apis/namespaced/scheduler/v1beta1"
	sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// startWithin is for how many seconds AWS tries to start a run.
	startWithin = 3600
	// deadLetterSeconds is the longest that SQS keeps a message: 14 days.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	deadLetterSeconds = 14 * 24 * 60 * 60
	// eventBus is the bus on which AWS's services tell what happens. The provider derives the
	// rule's ID from it.
	eventBus = "default"
)

// schedules adds the claim's schedules, and what they share.
func schedules(s *stack.Stack, p *plan.Plan) {
	s.Counts(v1alpha1.ConditionSchedules)
	if len(p.Schedules) > 0 {
		scheduleGroup(s)
		unstarted(s, p)
		runFailed(s, p)
	}
	for _, w := range p.Schedules {
		schedule(s, p, w, taskDefinition(s, p, w, func(arn string) bool {
			return asked(s, w, "status", "atProvider") == arn
		}))
	}
	s.DeleteRetained(string(keys.ScheduleDeadLetters), sqs.Queue_GroupVersionKind,
		"The claim has no schedules any more; the next pass deletes their dead-letter queue.")
}

// scheduleGroup has the schedules of one claim, because AWS counts by group.
func scheduleGroup(s *stack.Stack) {
	s.Add(keys.ScheduleGroup, "Holds the schedules of the claim, whose metrics AWS counts together.",
		&scheduler.ScheduleGroup{Spec: scheduler.ScheduleGroupSpec{ForProvider: scheduler.ScheduleGroupParameters{
			Region: &s.Region, Name: ptr.To(s.ID), Tags: s.Tags(keys.ScheduleGroup),
		}}}, stack.ExternalName(s.ID))
}

// schedule starts one task at each of its times. AWS refuses a schedule whose role it may
// not assume, and one in a group that does not exist.
func schedule(s *stack.Stack, p *plan.Plan, w plan.Workload, today stack.Key) {
	c := w.Schedule
	state := "ENABLED"
	if c.Paused {
		state = "DISABLED"
	}
	window := scheduler.FlexibleTimeWindowParameters{Mode: ptr.To("OFF")}
	if c.WithinMinutes != nil {
		window.Mode, window.MaximumWindowInMinutes = ptr.To("FLEXIBLE"), ptr.To(float64(*c.WithinMinutes))
	}
	opts := append(startable(p, w), stack.ExternalName(s.ID+"/"+c.Name),
		stack.After(keys.ScheduleGroup, keys.Role(keys.Scheduler), keys.RolePolicy(keys.Scheduler)))
	if plan.NeedsRunner(c) {
		opts = append(opts, stack.When(hasNewestProgram(s), "the newest program of the runner"))
	}
	s.Add(keys.Schedule(c.Name), "Starts the "+w.Name+" at its times.",
		&scheduler.Schedule{Spec: scheduler.ScheduleSpec{ForProvider: scheduler.ScheduleParameters{
			Region:                     &s.Region,
			Name:                       &c.Name,
			GroupName:                  ptr.To(s.ID),
			State:                      &state,
			ScheduleExpression:         ptr.To(plan.ScheduleExpression(c)),
			ScheduleExpressionTimezone: ptr.To(plan.ScheduleTimeZone(c)),
			ActionAfterCompletion:      ptr.To("NONE"),
			FlexibleTimeWindow:         &window,
			Target:                     target(s, p, w, today),
		}}}, opts...)
}

// target is what a schedule does: it starts a task, or asks the runner to.
func target(s *stack.Stack, p *plan.Plan, w plan.Workload, today stack.Key) *scheduler.TargetParameters {
	t := &scheduler.TargetParameters{
		Arn:        ptr.To(stack.ARN(keys.Cluster)),
		RoleArnRef: s.Ref(keys.Role(keys.Scheduler)),
		RetryPolicy: &scheduler.RetryPolicyParameters{
			MaximumRetryAttempts:     ptr.To(float64(w.Schedule.StartAttempts - 1)),
			MaximumEventAgeInSeconds: ptr.To(float64(startWithin)),
		},
		DeadLetterConfig: &scheduler.DeadLetterConfigParameters{Arn: ptr.To(stack.ARN(keys.ScheduleDeadLetters))},
	}
	if !plan.NeedsRunner(w.Schedule) || asksECS(s, w) && !hasNewestProgram(s) {
		t.EcsParameters = task(s, p, w, today)
	} else {
		t.Arn, t.Input = ptr.To(p.RunnerARN()), ptr.To(stack.JSON(runOf(s, p, w, today)))
	}
	return t
}

// asksECS tells whether the schedule exists and starts its tasks itself.
func asksECS(s *stack.Stack, w plan.Workload) bool {
	o, ok := s.Observed(keys.Schedule(w.Schedule.Name))
	if !ok {
		return false
	}
	arn, _ := stack.Text(o, "spec", "forProvider", "target", "arn")
	return strings.Contains(arn, ":cluster/")
}

// runOf is what a schedule tells the runner.
func runOf(s *stack.Stack, p *plan.Plan, w plan.Workload, today stack.Key) runner.Run {
	c := w.Schedule
	out := runner.Run{
		Action: "run", ID: runner.ScheduledTime, Series: w.Name, Cluster: s.ID, TaskDefinition: next(s, w, today),
		SecurityGroups: []string{stack.Await(w.Group, "id")}, Group: p.RunGroup(c.Name), CapacityProvider: onDemand,
		Shell: w.Exec, Overlap: c.Overlap, Attempts: c.StartAttempts, TimeoutSeconds: ptr.Deref(c.TimeoutSeconds, 0),
		Function: p.RunnerARN(), Role: p.RoleARN(plan.RoleScheduler), DeadLetters: stack.ARN(keys.ScheduleDeadLetters),
	}
	if w.RunsOnSpot() {
		out.CapacityProvider = spot
	}
	out.Subnets = subnetIDs(p, w.Subnets)
	return out
}

// task is how a schedule starts its task: like a task of the backend, but without a service.
// The provider resolves no references here, so the network is named by ID.
func task(s *stack.Stack, p *plan.Plan, w plan.Workload, today stack.Key) *scheduler.EcsParametersParameters {
	network := scheduler.NetworkConfigurationParameters{
		AssignPublicIP: ptr.To(false),
		SecurityGroups: []*string{ptr.To(stack.Await(w.Group, "id"))},
	}
	for _, id := range subnetIDs(p, w.Subnets) {
		network.Subnets = append(network.Subnets, &id)
	}
	return &scheduler.EcsParametersParameters{
		TaskDefinitionArn:        ptr.To(next(s, w, today)),
		TaskCount:                ptr.To(1.0),
		CapacityProviderStrategy: place(w),
		PlatformVersion:          ptr.To("LATEST"),
		EnableEcsManagedTags:     ptr.To(true),
		EnableExecuteCommand:     &w.Exec,
		PropagateTags:            ptr.To("TASK_DEFINITION"),
		Group:                    ptr.To(p.RunGroup(w.Schedule.Name)),
		NetworkConfiguration:     &network,
	}
}

// place is where a run's one task runs.
func place(w plan.Workload) []scheduler.CapacityProviderStrategyParameters {
	provider := onDemand
	if w.RunsOnSpot() {
		provider = spot
	}
	return []scheduler.CapacityProviderStrategyParameters{{CapacityProvider: &provider, Weight: ptr.To(1.0)}}
}

// next is the task definition of the next run: today's, as soon as it exists and its
// release has succeeded. Until then a schedule that exists keeps the one that it has.
func next(s *stack.Stack, w plan.Workload, today stack.Key) string {
	arn, known := s.Status(today, "arn")
	if known && w.Released() {
		return arn
	}
	before := asked(s, w, "spec", "forProvider")
	switch {
	case isOwn(s, w, before):
		return before
	case !w.Released():
		return stack.Unknown("the release of the " + w.Unreleased().Workload)
	case today == "":
		return stack.Unknown("the content of its task definition")
	}
	return stack.ARN(today)
}

// asked is the task definition that the observed schedule has, in its spec or its status.
func asked(s *stack.Stack, w plan.Workload, path ...string) string {
	o, ok := s.Observed(keys.Schedule(w.Schedule.Name))
	if !ok {
		return ""
	}
	return plan.Scheduled(o, path...)
}

// unstarted is where AWS puts the runs that it could not start. SSE-SQS needs no key that
// EventBridge Scheduler would have to be admitted to.
func unstarted(s *stack.Stack, p *plan.Plan) {
	key := keys.ScheduleDeadLetters
	s.Add(key, "Holds the runs of schedules that could not be started.",
		&sqs.Queue{Spec: sqs.QueueSpec{ForProvider: sqs.QueueParameters{
			Region:                  &s.Region,
			Name:                    ptr.To(p.ScheduleDeadLetters()),
			SqsManagedSseEnabled:    ptr.To(true),
			MessageRetentionSeconds: ptr.To(float64(deadLetterSeconds)),
			Tags:                    s.Tags(key),
		}}}, stack.RetainWhile(p.Protected))
}

// A pattern matches what ECS tells of a task that has stopped.
type pattern struct {
	Source     []string `json:"source"`
	DetailType []string `json:"detail-type"`
	Detail     struct {
		ClusterARN []string            `json:"clusterArn"`
		LastStatus []string            `json:"lastStatus"`
		Group      []map[string]string `json:"group"`
		Or         []any               `json:"$or"`
	} `json:"detail"`
}

// failed matches the runs of the claim's schedules that ended with another exit code than 0,
// that never started, or that AWS or the runner stopped. A task that is stopped may end with 0.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
func failed(p *plan.Plan) string {
	m := pattern{Source: []string{"aws.ecs"}, DetailType: []string{"ECS Task State Change"}}
	m.Detail.ClusterARN = []string{stack.ARN(keys.Cluster)}
	m.Detail.LastStatus = []string{"STOPPED"}
	m.Detail.Group = []map[string]string{{"prefix": p.RunGroup("")}}
	m.Detail.Or = []any{
		map[string]any{"containers": map[string]any{"exitCode": []any{map[string]any{"anything-but": []int{0}}}}},
		map[string]any{"stopCode": []string{"TaskFailedToStart", "SpotInterruption", "TerminationNotice"}},
	}
	if p.StartsRuns() {
		m.Detail.Or = append(m.Detail.Or, map[string]any{"stoppedReason": []string{runner.TookTooLong}})
	}
	return stack.JSON(m)
}

// runFailed tells the alarm topic about runs that failed.
func runFailed(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.RunFailed, "Notices runs of schedules that fail.",
		&cloudwatchevents.Rule{Spec: cloudwatchevents.RuleSpec{ForProvider: cloudwatchevents.RuleParameters{
			Region:       &s.Region,
			EventBusName: ptr.To(eventBus),
			Description:  ptr.To("A run of a schedule ended with another exit code than 0, or never started."),
			EventPattern: ptr.To(failed(p)),
			State:        ptr.To("ENABLED"),
			ForceDestroy: ptr.To(false),
			Tags:         s.Tags(keys.RunFailed),
		}}}, stack.ExternalName(p.RunFailedRule()))
	s.Add(keys.RunFailedTarget, "Sends runs of schedules that fail to the alarm topic, with their exit codes.",
		&cloudwatchevents.Target{Spec: cloudwatchevents.TargetSpec{ForProvider: cloudwatchevents.TargetParameters{
			Region:       &s.Region,
			EventBusName: ptr.To(eventBus),
			RuleRef:      s.Ref(keys.RunFailed),
			TargetID:     ptr.To("alarms"),
			ForceDestroy: ptr.To(false),
			Arn:          ptr.To(stack.ARN(keys.Topic)),
			InputTransformer: &cloudwatchevents.InputTransformerParameters{
				InputPaths: map[string]*string{
					"group": ptr.To("$.detail.group"), "reason": ptr.To("$.detail.stoppedReason"),
					"task": ptr.To("$.detail.taskArn"), "containers": ptr.To("$.detail.containers"),
				},
				InputTemplate: ptr.To(message(s)),
			},
		}}}, stack.After(keys.RunFailed, keys.TopicPolicy))
}

// message has the exit code of each container in containers. A path to the exit code alone
// would lead nowhere for a container that never started. The variables are JSON values
// without quotes, so that a quote in a reason does no harm.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
func message(s *stack.Stack) string {
	return `{"alarm":"` + s.ID + `: a run of a schedule failed.","schedule":<group>,"reason":<reason>,"task":<task>,` +
		`"containers":<containers>,"runbook":"` + plan.RunbookURL("schedule-run-failed") + `"}`
}
