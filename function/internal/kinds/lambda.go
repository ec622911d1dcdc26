package kinds

import (
	"encoding/json"

	lambda "github.com/upbound/provider-aws/v2/apis/namespaced/lambda/v1beta1"
)

var lambdaKinds = []Record{
	{
		GVK: lambda.Invocation_GroupVersionKind, Object: &lambda.Invocation{},
		Keys:    []string{"release-*", "rollout-*"},
		Actions: []string{"lambda:InvokeFunction"},
		Proofs:  []Proof{{Field: "result"}},
		// A changed call would be refused at each reconcile.
		Immutable: []string{"functionName", "input"},
		Simulated: func(a *Answer) {
			a.At["id"] = a.param("functionName") + ",$LATEST," + a.hash(32)
			a.At["result"] = result(a)
		},
	},
}

// result is what the runner says at the end of a call: that all went well.
func result(a *Answer) string {
	var in struct{ Action, ID, Cluster, TaskDefinition string }
	_ = json.Unmarshal([]byte(a.param("input")), &in)
	said := map[string]any{
		"status": "SUCCEEDED", "started": "2026-01-02T03:04:05Z", "finished": "2026-01-02T03:04:35Z",
	}
	if in.Action == "rollout" {
		said["runs"] = in.TaskDefinition
	} else {
		said["exitCode"] = 0
		said["task"] = "arn:aws:ecs:" + a.Region + ":" + account + ":task/" + in.Cluster + "/" + Digest(in.ID, 32)
	}
	out, _ := json.Marshal(said)
	return string(out)
}
