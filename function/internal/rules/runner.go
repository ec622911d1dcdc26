package rules

import (
	"encoding/json"
	"slices"
	"strings"
)

var runnerRules = []Rule{{
	ID:     "setting-runner",
	Title:  "The runner, and each call of it, has the values of the table.",
	Why:    "A release would run with other rights, twice, or never.",
	Source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
	check:  eachOf(hasSettings(runnerSettings)),
}, {
	ID:     "runner-calls",
	Title:  "A call of the runner names the claim's own cluster, task definitions and network, and is never renamed.",
	Why:    "The provider makes no call for an object that has a name in AWS.",
	Source: "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/invocation.go",
	check:  eachOf(callsTheRunner),
}, {
	ID:     "runner-permissions",
	Title:  "The runner may run what it is told, in the claim's cluster, and note it; and nothing else.",
	Why:    "A release would fail for want of a permission, or the runner could start anything with the task role.",
	Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html",
	check:  eachOf(cannotAnswer),
}, {
	ID: "runner-looks",
	Title: "The provider waits for the deployments of a service where no runner looks at them, and otherwise only " +
		"where it has always done so.",
	Why:    "A deployment that fails would be forgotten, or all tasks would start anew for nothing.",
	Source: "Kasha: docs/adr/0016-a-runner-does-what-must-happen-once.md",
	check:  each(isLookedAt),
}}

func isLookedAt(w World, key string, o map[string]any) string {
	if kindOf(o) != "ecs/Service" {
		return ""
	}
	waited := func(o map[string]any) bool { return lookup(params(o), "waitForSteadyState") != false }
	proof := lookup(w.Claim, "spec", "rollouts", "proof") != false
	switch before := w.Observed[key]; {
	case !proof && !waited(o):
		return "is deployed, and nobody tells how that ends"
	case proof && waited(o) && (before == nil || !waited(before)):
		return "is waited for, although the runner looks at it"
	}
	return ""
}

const (
	runnerTemplate = "templateBody!Resources.Runner.Properties"
	// invocation is the kind of calls.
	invocation = "lambda/Invocation"
)

// runnerSettings are about the runner.
var runnerSettings = []setting{
	{"cloudformation/Stack", "runner", "a stack whose creation failed is not taken for one that works", "", fields{
		"onFailure": "DELETE",
	}},
	{"cloudformation/Stack", "runner", "its role, its logs, and less time than a silent connection has", "", fields{
		runnerTemplate + ".Role":                    "@role-runner",
		runnerTemplate + ".Runtime":                 "python3.13",
		runnerTemplate + ".Architectures":           "arm64",
		runnerTemplate + ".Handler":                 "index.handler",
		runnerTemplate + ".Timeout":                 "300",
		runnerTemplate + ".LoggingConfig.LogFormat": "JSON",
	}},
	{invocation, "release-*", "once, and not when it is deleted", "", fields{"lifecycleScope": "CREATE_ONLY"}},
	{invocation, "users-*", "once, and not when it is deleted", "", fields{"lifecycleScope": "CREATE_ONLY"}},
	{invocation, "rollout-*", "once, and not when it is deleted", "", fields{"lifecycleScope": "CREATE_ONLY"}},
}

// A runnerCall is what a call tells the runner.
type runnerCall struct {
	Action, ID, Series, Cluster, TaskDefinition, Container, Service, Secret string

	Command, Subnets, SecurityGroups []string
	TimeoutSeconds                   int
}

func callOf(o map[string]any) (runnerCall, error) {
	var c runnerCall
	err := json.Unmarshal([]byte(text(params(o), "input")), &c)
	return c, err
}

func callsTheRunner(w World, key string, o map[string]any) []string {
	if kindOf(o) != invocation {
		return nil
	}
	var out []string
	if w.Observed[key] == nil && externalName(o) != "" {
		out = append(out, "is named before the call is made")
	}
	if text(params(o), "functionName") != text(params(w.Desired["runner"]), "name") {
		out = append(out, "calls another function")
	}
	c, err := callOf(o)
	switch {
	case err != nil:
		return append(out, "is no call: "+err.Error())
	case c.Action != "rollout" && c.ID == "", c.Cluster != externalName(w.Desired["cluster"]):
		out = append(out, "has no name in the ledger, or another cluster")
	case !strings.HasPrefix(c.TaskDefinition, versionsOf(w, c.Container+c.Service)):
		out = append(out, "is about "+c.TaskDefinition+", which is no version of the "+c.Container+c.Service)
	}
	for _, id := range append(c.Subnets, c.SecurityGroups...) {
		if !isIn(w, id) {
			out = append(out, "runs in "+id+", which the claim does not have")
		}
	}
	return out
}

// isIn tells whether AWS has given the ID to something that is composed.
func isIn(w World, id string) bool {
	for key := range w.Observed {
		if text(w.at(key), "id") == id {
			return true
		}
	}
	return false
}

// versionsOf begins the ARN of each version of a workload.
func versionsOf(w World, workload string) string {
	return "arn:aws:ecs:" + w.region() + ":" + w.account() + ":task-definition/" + w.stack() + "-" + workload + ":"
}

// releasers are the workloads of the claim that have a release.
func releasers(w World) []string {
	var out []string
	for _, name := range workloads(w) {
		if lookup(w.Claim, "spec", name, "release") != nil {
			out = append(out, name)
		}
	}
	return out
}

// ledgerOf are the parameters in which the runner notes what it has done.
func ledgerOf(w World) string {
	return "arn:aws:ssm:" + w.region() + ":" + w.account() + ":parameter/kasha/" + w.stack() + "/runner/*"
}

// servicesOf begins the ARN of each of the claim's services.
func servicesOf(w World) string {
	return strings.Replace(strings.TrimSuffix(tasksOf(w), "*"), ":task/", ":service/", 1)
}

// stopsOf begins the ARN of each schedule that stops a run.
func stopsOf(w World) string {
	return "arn:aws:scheduler:" + w.region() + ":" + w.account() + ":schedule/" + w.stack() + "/stop-"
}

// isTheRunners tells whether the runner's policy may speak of an ARN: every version of what has a release or of
// what it starts as a run, every service, the schedules that stop runs, and the ledger.
func isTheRunners(w World, arn string) bool {
	if slices.Contains([]string{ledgerOf(w), servicesOf(w) + "*", stopsOf(w) + "*"}, arn) {
		return true
	}
	if makesUsers(w.Claim) && arn == versionsOf(w, usersClient)+"*" {
		return true
	}
	for _, name := range append(releasers(w), prefixed(w, schedulePrefix)...) {
		if arn == versionsOf(w, name)+"*" {
			return !strings.HasPrefix(name, schedulePrefix) || isByTheRunner(w, name)
		}
	}
	return false
}

// cannotAnswer is what the runner's role lacks for a call, or for calls about a service's deployments, and what it has
// beyond.
func cannotAnswer(w World, _ string, o map[string]any) []string {
	const role = "role-runner"
	in := map[string]string{"ecs:cluster": w.arn("cluster")}
	tasks := strings.TrimSuffix(tasksOf(w), "*") + "any"
	var out []string
	c := runnerCall{TaskDefinition: versionsOf(w, "backend") + "1"}
	switch {
	case kindOf(o) == "ecs/Service" && lookup(params(o), "waitForSteadyState") == false:
		out = lacks(w, role, servicesOf(w)+externalName(o), nil, "ecs:DescribeServices")
	case kindOf(o) != invocation:
		return nil
	default:
		var err error
		if c, err = callOf(o); err != nil {
			return []string{err.Error()}
		}
		if c.Action != "rollout" {
			out = cannotRelease(w, role, tasks, c)
		}
		if c.Secret != "" {
			out = append(out, lacks(w, role, c.Secret, nil, "secretsmanager:GetSecretValue",
				"secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage")...)
			out = append(out, lacks(w, role, w.arn("key-data"), via("secretsmanager", w.region()),
				"kms:Decrypt", "kms:GenerateDataKey")...)
		}
	}
	out = append(out, lacks(w, role, tasks, nil, "ecs:DescribeTasks")...)
	out = append(out, lacks(w, role, "*", in, "ecs:ListTasks")...)
	out = append(out, lacks(w, role, w.arn("loggroup-runner")+":log-stream:any", nil,
		"logs:CreateLogStream", "logs:PutLogEvents")...)
	for _, r := range []request{
		{action: "ecs:RunTask", resource: versionsOf(w, "other") + "1", context: in},
		{action: "ecs:RunTask", resource: c.TaskDefinition, context: map[string]string{"ecs:cluster": "arn:other"}},
		{action: "ssm:PutParameter", resource: strings.TrimSuffix(ledgerOf(w), "/runner/*") + "/settings"},
		{action: "ecs:ListTasks", resource: "*"},
		{action: "iam:PassRole", resource: w.arn("role-task")},
		{action: "secretsmanager:GetSecretValue", resource: w.arn("secret-db")},
	} {
		if r.resource != "" && may(w, role, r) {
			out = append(out, role+" may "+r.String())
		}
	}
	return out
}

func cannotRelease(w World, role, tasks string, c runnerCall) []string {
	out := lacks(w, role, c.TaskDefinition, map[string]string{"ecs:cluster": w.arn("cluster")}, "ecs:RunTask")
	out = append(out, lacks(w, role, tasks, map[string]string{"ecs:CreateAction": "RunTask"}, "ecs:TagResource")...)
	out = append(out, lacks(w, role, tasks, nil, "ecs:StopTask")...)
	passed := map[string]string{"iam:PassedToService": "ecs-tasks.amazonaws.com"}
	for _, r := range []string{"role-execution", "role-task"} {
		out = append(out, lacks(w, role, w.arn(r), passed, "iam:PassRole")...)
	}
	return append(out, lacks(w, role, strings.TrimSuffix(ledgerOf(w), "*")+c.ID, nil,
		"ssm:GetParameter", "ssm:PutParameter")...)
}
