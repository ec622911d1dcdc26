package doctor

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/internal/judge"
)

// rolloutChecks are about new versions that do not come.
var rolloutChecks = []Check{
	{
		Name: "rollout",
		Rows: []string{
			"troubleshooting.md#rolloutsucceeded-is-false-with-failed",
			"troubleshooting.md#rolloutsucceeded-is-false-with-rolledback",
			"troubleshooting.md#rolloutsucceeded-is-false-with-releasefailed",
			"troubleshooting.md#rolloutsucceeded-is-false-with-databaseusersfailed",
			"troubleshooting.md#rolloutsucceeded-is-false-with-progressing-and-stays",
			"troubleshooting.md#rolloutsucceeded-is-false-with-releasing-and-stays",
		},
		find: claimed(rollout),
	},
	{
		Name: "call", Rows: []string{"troubleshooting.md#rolloutsucceeded-is-false-with-releasing-and-stays"},
		find: each(call),
	},
	{
		Name: "runner", Rows: []string{"troubleshooting.md#rolloutsucceeded-is-false-with-releasing-and-stays"},
		find: claimed(runner),
	},
	{
		Name: "latest", Rows: []string{"troubleshooting.md#the-claim-is-ready-but-the-site-answers-502-or-503"},
		find: claimed(unproven),
	},
}

// failures are the reasons of a rollout that has failed, with what helps.
var failures = map[string]struct{ says, do string }{
	v1alpha1.ReasonFailed: {
		"The first version of a service never became healthy, and ECS does not try again",
		"correct the image, or change anything in the service's env to give ECS a new version",
	},
	v1alpha1.ReasonRolledBack: {
		"The new version did not become healthy, and the version before serves",
		"correct the image and change the claim; ECS does not try the same version again",
	},
	v1alpha1.ReasonReleaseFailed: {
		"The release of a new image has failed, and the version before serves",
		"change the image, or release.attempt to run the same one again",
	},
	v1alpha1.ReasonUsersFailed: {
		"The task that makes the database's users has failed; the workloads keep the credentials that they have",
		"remove the cause, and set database.usersGeneration to the number in the message",
	},
}

// causes are texts of ECS and of containers, with what they mean.
var causes = []struct{ text, means string }{
	{"toomanyrequests", "Docker Hub limits pulls: copy the image to the claim's repository"},
	{"CannotPullContainerError", "the image cannot be pulled: check its name, its tag and who may read it"},
	{"ResourceInitializationError", "the task could not read a secret or reach AWS: check the secrets of the " +
		"workload"},
	{
		"OutOfMemoryError", "the container had too little memory: what is in writablePaths counts, so raise " +
			"memory or " +
			"move directories to diskPaths",
	},
	{"exec format error", "the image is for another processor: set architecture, or build it for linux/amd64"},
	{"can only run as pid 1", "the image has an init process of its own: set initProcess to false"},
	{"longer than timeoutSeconds", "it took longer than timeoutSeconds and was stopped"},
	{
		"AWS no longer knows the task", "AWS cannot tell how the command ended: look into the log group and the " +
			"database before you run it again",
	},
	{
		"a call ended before it noted the task", "AWS cannot tell whether the command ran: look into the log group " +
			"and the database before you run it again",
	},
	{"health check", "check the health check's path, and the port on which the image listens"},
}

// explained are the causes that a text names.
func explained(text string) string {
	var out []string
	for _, c := range causes {
		if strings.Contains(text, c.text) {
			out = append(out, c.means)
		}
	}
	return strings.Join(out, "; ")
}

// slow is after how long a deployment is one that stays.
const slow = time.Hour

func rollout(w *World) *Finding {
	c := cluster.Conditions(w.Claim.Object)[v1alpha1.ConditionRollout]
	if c.Status != "False" {
		return nil
	}
	logs := fmt.Sprintf("kubectl kasha logs -n %s %s", w.Claim.GetNamespace(), w.Claim.GetName())
	if known, ok := failures[c.Reason]; ok {
		f := &Finding{Severity: Broken, Says: known.says + ": " + c.Message, Command: logs}
		if why := explained(c.Message); why != "" {
			f.Says += " Likely: " + why
		}
		f.Says = strings.TrimRight(f.Says, ".") + ". Then " + known.do
		f.See = "docs/troubleshooting.md#rolloutsucceeded-is-false-with-" + strings.ToLower(c.Reason)
		return f
	}
	since := w.Now.Sub(c.LastTransitionTime.Time)
	if since < slow || c.Reason != v1alpha1.ReasonProgressing && c.Reason != v1alpha1.ReasonReleasing {
		return nil
	}
	return &Finding{
		Severity: Warning,
		Says:     "The rollout has not ended for " + cluster.Age(int64(since/time.Second)) + ": " + c.Message,
		Command:  logs,
		See: "docs/troubleshooting.md#rolloutsucceeded-is-false-with-" + strings.ToLower(c.Reason) +
			"-and-stays",
	}
}

// call finds a call of the runner that is refused, or whose answer was lost.
func call(w *World, r *cluster.Resource) *Finding {
	if r.GetKind() != "Invocation" {
		return nil
	}
	conditions := cluster.Conditions(r.Unstructured)
	if s := said(r); conditions["Synced"].Status == "False" && strings.Contains(s, "AccessDenied") {
		return &Finding{
			Severity: Broken,
			Says: "The call of the runner is refused: attach the policy kasha-runner to the provider, or apply " +
				"kasha-boundary again if the runner itself lacks a permission: " + judge.Cause(s),
			Command: kubectl("describe", r, ""),
		}
	}
	result, _, _ := unstructured.NestedString(r.Object, "status", "atProvider", "result")
	ready := conditions["Ready"]
	if ready.Status != "True" || result != "" || w.Now.Sub(ready.LastTransitionTime.Time) < quiet {
		return nil
	}
	return &Finding{
		Severity: Broken,
		Says:     "The answer of the call was lost. The object is made again, and the runner answers from its ledger",
		Command:  kubectl("delete", r, ""), fix: &fix{resource: r, remove: true},
	}
}

// runner finds a claim whose rollout waits and that has no runner.
func runner(w *World) *Finding {
	c := cluster.Conditions(w.Claim.Object)[v1alpha1.ConditionRollout]
	if c.Status != "False" || proofless(w) {
		return nil
	}
	for i := range w.Claim.Resources {
		r := &w.Claim.Resources[i]
		if !strings.Contains(r.Key, "runner") || r.Kind != "cloudformation/Stack" {
			continue
		}
		if r.Verdict.State != judge.Failing {
			return nil
		}
		return &Finding{
			Severity: Broken, Object: object(r),
			Says: "The runner does not exist, so nothing tells how a deployment ends: " + r.Verdict.Message,
			Command: "aws cloudformation list-stacks --stack-status-filter DELETE_COMPLETE --region " +
				w.Claim.Spec.Region,
		}
	}
	return nil
}

// proofless tells whether a claim has no runner that proves deployments.
func proofless(w *World) bool {
	proof, found, _ := unstructured.NestedBool(w.Claim.Object.Object, "spec", "rollouts", "proof")
	return found && !proof
}

// unproven warns of a claim that is Ready although its services may not be.
func unproven(w *World) *Finding {
	if !proofless(w) || w.AWS != nil || cluster.Conditions(w.Claim.Object)["Ready"].Status != "True" {
		return nil
	}
	return &Finding{
		Severity: Note,
		Says: "rollouts.proof is false, so the claim may be Ready although no task of a service runs; with --aws " +
			"the " +
			"doctor looks",
		Command: fmt.Sprintf("kubectl kasha doctor -n %s %s --aws", w.Claim.GetNamespace(), w.Claim.GetName()),
		See:     "docs/known-issues.md#a-first-deployment-that-failed-is-forgotten",
	}
}
