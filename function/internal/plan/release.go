package plan

import (
	"strings"

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
func (p *Plan) NeedsRunner() bool { return len(p.Releases) > 0 }

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
		Purpose:   "The runner uses it to run releases.",
		Principal: "lambda.amazonaws.com",
		Document:  b.document(),
	}}
}

// document allows to run the tasks of releases in the claim's cluster, with their tags and the
// claim's two roles, to look at them, to stop them, and to keep the ledger.
func (b runnerBinding) document() policy.Document {
	id := b.p.stack.ID
	tasks := policy.List{b.p.RegionalARN("ecs", "task/"+id+"/*")}
	var versions policy.List
	for _, r := range b.p.Releases {
		versions = append(versions, b.p.RegionalARN("ecs", "task-definition/"+id+"-"+r.Workload+":*"))
	}
	run := policy.Permit("Run", versions, "ecs:RunTask")
	run.Condition = policy.Condition{"ArnEquals": {"ecs:cluster": {b.p.RegionalARN("ecs", "cluster/"+id)}}}
	tag := policy.Permit("Tag", tasks, "ecs:TagResource")
	tag.Condition = policy.Condition{"StringEquals": {"ecs:CreateAction": {"RunTask"}}}
	// AWS asks for all container instances when it lists the tasks of a cluster, which the condition is for.
	list := policy.Permit("List", policy.List{"*"}, "ecs:ListTasks")
	list.Condition = run.Condition
	pass := policy.Permit("Pass", policy.List{b.p.RoleARN(RoleExecution), b.p.RoleARN(RoleTask)}, "iam:PassRole")
	pass.Condition = policy.Condition{"StringEquals": {"iam:PassedToService": {"ecs-tasks.amazonaws.com"}}}
	return policy.Document{
		run, tag, policy.Permit("Watch", tasks, "ecs:DescribeTasks", "ecs:StopTask"), list, pass,
		policy.Permit("Ledger", policy.List{b.p.RegionalARN("ssm", "parameter/kasha/"+id+"/runner/*")},
			"ssm:GetParameter", "ssm:PutParameter"),
		policy.Permit("Logs", policy.List{b.p.RegionalARN("logs", "log-group:"+b.p.RunnerLogGroup()+":*")},
			"logs:CreateLogStream", "logs:PutLogEvents"),
	}
}
