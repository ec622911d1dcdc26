package plan

import (
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Release is the command that runs once for a workload's image.
type Release struct {
	*v1alpha1.Release

	// Workload and Image that it is of, and the field of the claim that declares it.
	Workload, Image, Field string
	// Digest of what is run.
	Digest string
	// Answer is the runner's newest. Its status is empty where there is none.
	Answer runner.Answer
}

// ID is the release's name in the runner's ledger.
func (r *Release) ID() string { return r.Workload + "-" + r.Digest }

// Succeeded tells whether tasks of the image may start.
func (r *Release) Succeeded() bool { return r.Answer.Status == runner.Succeeded }

// Failed tells whether it has failed. It is not run again.
func (r *Release) Failed() bool { return r.Answer.Status == runner.Failed }

// LogStream is where the output of its task is. It is empty as long as there is no task.
func (r *Release) LogStream() string {
	if r.Answer.Task == "" {
		return ""
	}
	return "ecs/" + r.Workload + "/" + r.Answer.Task[strings.LastIndex(r.Answer.Task, "/")+1:]
}

// releases are the releases that the declared workloads ask for, with what is observed of
// them.
func releases(s *stack.Stack, declared []Declared) []*Release {
	var out []*Release
	for _, d := range declared {
		if d.Release == nil {
			continue
		}
		r := &Release{Release: d.Release, Workload: d.Name, Image: d.Image, Field: d.Field + ".release"}
		r.Digest = releaseDigest(s, d)
		s.ObservedKeys(keys.Releases(d.Name), func(k stack.Key, o stack.Observed) {
			if c, ok := keys.ReleaseCall(d.Name, k); ok && c.Release == r.Digest {
				r.Answer = newer(r.Answer, o)
			}
		})
		out = append(out, r)
	}
	return out
}

// releaseDigest is the digest of what must run once. The claim's UID is in it: the ledger
// outlives the claim, and a claim that is created again has an empty database. What does not
// decide what the command does to the database is not in it: a new password is no new release.
func releaseDigest(s *stack.Stack, d Declared) string {
	return stack.Digest(stack.JSON([]any{
		s.Claim.GetUID(), d.Image, d.EntryPoint, d.Release.Command, d.Release.Attempt,
	}))
}

// newer is the better of two answers about one release: the ledger has one end of it, so an
// answer that is final is newer than others.
func newer(a runner.Answer, o stack.Observed) runner.Answer {
	b, ok := runner.AnswerOf(o)
	if !ok || a.Final() || a.Status != "" && !b.Final() && b.Task == "" {
		return a
	}
	return b
}

// Released tells whether the releases of the workload's image have succeeded. Until then no
// task of the image may start.
func (w Workload) Released() bool { return w.Unreleased() == nil }

// Unreleased is the first release that the workload waits for, or nil.
func (w Workload) Unreleased() *Release {
	for _, r := range w.Awaits {
		if !r.Succeeded() {
			return r
		}
	}
	return nil
}

// RunnerName is the name in AWS of the runner's function and of its stack.
func (p *Plan) RunnerName() string { return p.stack.Name("runner", LimitFunction) }

// RunnerLogGroup is the name of the log group of the runner.
func (p *Plan) RunnerLogGroup() string { return "/kasha/" + p.stack.ID + "/runner" }

// NeedsRunner tells whether something of the claim is done by the runner.
func (p *Plan) NeedsRunner() bool { return len(p.Releases) > 0 || p.Proves() || p.StartsRuns() }

// Proves tells whether the runner proves deployments.
func (p *Plan) Proves() bool { return proves(p.Claim) }

func proves(c *v1alpha1.KashaClaim) bool { return ptr.Deref(c.Spec.Rollouts.Proof, true) }

// A runnerBinding is what the runner needs. Workloads use nothing of it.
type runnerBinding struct {
	nothing
	p *Plan
}

func (runnerBinding) Serves(Declared) bool { return false }

func (runnerBinding) Variables() []Variable { return nil }

func (b runnerBinding) LogGroups() []LogGroup {
	if !b.p.NeedsRunner() {
		return nil
	}
	return []LogGroup{{keys.RunnerLogs, b.p.RunnerLogGroup(), "Holds the output of the runner."}}
}

// Roles is the role with which the runner works. Lambda tells no source when it assumes a
// function's role.
// https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
func (b runnerBinding) Roles() []ServiceRole {
	if !b.p.NeedsRunner() {
		return nil
	}
	return []ServiceRole{{
		Name: keys.Runner, Suffix: RoleRunner,
		Purpose:   "The runner uses it to look at deployments, and to run releases and schedules.",
		Principal: "lambda.amazonaws.com",
		Document:  b.document(),
	}}
}

// document allows to look at the claim's services and tasks, and to run releases.
func (b runnerBinding) document() policy.Document {
	// AWS asks for all container instances when it lists the tasks of a cluster, which the condition is for.
	list := policy.Permit("List", policy.List{"*"}, "ecs:ListTasks")
	list.Condition = b.inCluster()
	d := policy.Document{
		policy.Permit("Watch", b.tasks(), "ecs:DescribeTasks"), list,
		policy.Permit("Logs", policy.List{b.p.RegionalARN("logs", "log-group:"+b.p.RunnerLogGroup()+":*")},
			"logs:CreateLogStream", "logs:PutLogEvents"),
	}
	if b.p.Proves() {
		d = append(d, policy.Permit("Services", policy.List{b.p.RegionalARN("ecs", "service/"+b.p.stack.ID+"/*")},
			"ecs:DescribeServices"))
	}
	if runs := b.runs(); len(runs) > 0 {
		d = append(d, b.run(runs)...)
	}
	if b.p.StartsRuns() {
		d = append(d, b.stopLater()...)
	}
	return d
}

// runs are the workloads whose task definitions the runner runs.
func (b runnerBinding) runs() []string {
	var out []string
	for _, r := range b.p.Releases {
		out = append(out, r.Workload)
	}
	for _, w := range b.p.Schedules {
		if b.p.runnerStarts(w.Schedule) {
			out = append(out, w.Name)
		}
	}
	return out
}

// stopLater allows to have a run stopped when its time is over, and to keep what failed.
func (b runnerBinding) stopLater() policy.Document {
	later := policy.Permit("StopLater", policy.List{
		b.p.RegionalARN("scheduler", "schedule/"+b.p.stack.ID+"/stop-*"),
	}, "scheduler:CreateSchedule")
	pass := policy.Permit("PassScheduler", policy.List{b.p.RoleARN(RoleScheduler)}, "iam:PassRole")
	pass.Condition = policy.Condition{"StringEquals": {"iam:PassedToService": {"scheduler.amazonaws.com"}}}
	return policy.Document{later, pass, policy.Permit("DeadLetters",
		policy.List{b.p.RegionalARN("sqs", b.p.ScheduleDeadLetters())}, "sqs:SendMessage")}
}

// run allows to run and stop tasks of workloads in the claim's cluster, with their tags and
// roles, and to keep the ledger.
func (b runnerBinding) run(workloads []string) policy.Document {
	id := b.p.stack.ID
	var versions policy.List
	roles := policy.List{b.p.RoleARN(RoleExecution), b.p.RoleARN(RoleTask)}
	for _, name := range workloads {
		versions = append(versions, b.p.RegionalARN("ecs", "task-definition/"+id+"-"+name+":*"))
		roles = append(roles, b.p.ownRole(name)...)
	}
	run := policy.Permit("Run", versions, "ecs:RunTask")
	run.Condition = b.inCluster()
	tag := policy.Permit("Tag", b.tasks(), "ecs:TagResource")
	tag.Condition = policy.Condition{"StringEquals": {"ecs:CreateAction": {"RunTask"}}}
	pass := policy.Permit("Pass", roles, "iam:PassRole")
	pass.Condition = policy.Condition{"StringEquals": {"iam:PassedToService": {"ecs-tasks.amazonaws.com"}}}
	return policy.Document{
		run, tag, policy.Permit("Stop", b.tasks(), "ecs:StopTask"), pass,
		policy.Permit("Ledger", policy.List{b.p.RegionalARN("ssm", "parameter/kasha/"+id+"/runner/*")},
			"ssm:GetParameter", "ssm:PutParameter"),
	}
}

func (b runnerBinding) inCluster() policy.Condition {
	return policy.Condition{"ArnEquals": {"ecs:cluster": {b.p.RegionalARN("ecs", "cluster/"+b.p.stack.ID)}}}
}

func (b runnerBinding) tasks() policy.List {
	return policy.List{b.p.RegionalARN("ecs", "task/"+b.p.stack.ID+"/*")}
}
