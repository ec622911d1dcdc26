package kinds

import (
	"strconv"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"
)

var ecsKinds = []Record{
	{
		GVK: ecs.Cluster_GroupVersionKind, Object: &ecs.Cluster{},
		Keys: []string{"cluster"},
		Actions: []string{
			"ecs:CreateCluster", "ecs:DescribeClusters", "ecs:UpdateCluster", "ecs:UpdateClusterSettings",
			"ecs:DeleteCluster", "ecs:TagResource", "ecs:UntagResource", "ecs:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Simulated: func(a *Answer) { a.arn("ecs", "cluster/"+a.External()) },
	},
	{
		GVK: ecs.ClusterCapacityProviders_GroupVersionKind, Object: &ecs.ClusterCapacityProviders{},
		Keys:      []string{"cluster-capacity"},
		Actions:   []string{"ecs:PutClusterCapacityProviders", "ecs:DescribeClusters"},
		NoProof:   waited,
		Immutable: []string{"clusterNameRef"},
	},
	{
		GVK: ecs.Service_GroupVersionKind, Object: &ecs.Service{},
		Keys: []string{"service-*"},
		Actions: []string{
			"ecs:CreateService", "ecs:DescribeServices", "ecs:UpdateService", "ecs:DeleteService",
			"ecs:ListServiceDeployments", "ecs:DescribeServiceDeployments", "ecs:StopServiceDeployment",
			"ecs:TagResource", "ecs:UntagResource", "ecs:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "taskDefinition"}},
		Immutable: []string{"cluster"},
		Simulated: func(a *Answer) {
			a.arn("ecs", "service/"+a.param("cluster")+"/"+a.External())
			a.At["id"] = a.At["arn"]
		},
	},
	{
		GVK: ecs.TaskDefinition_GroupVersionKind, Object: &ecs.TaskDefinition{},
		Keys: []string{"taskdefinition-*"},
		Actions: []string{
			"ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition", "ecs:DeregisterTaskDefinition",
			"ecs:TagResource", "ecs:UntagResource", "ecs:ListTagsForResource",
		},
		PassesRoleTo: "ecs-tasks.amazonaws.com",
		Proofs:       []Proof{{Field: "arn"}},
		Immutable: []string{
			"family", "containerDefinitions", "cpu", "memory", "networkMode", "executionRoleArn", "taskRoleArn",
			"ephemeralStorage", "runtimePlatform", "volume", "requiresCompatibilities", "pidMode",
		},
		Simulated: func(a *Answer) {
			a.arn("ecs", "task-definition/"+a.param("family")+":"+revision(a.Name))
			a.At["id"] = a.param("family")
		},
	},
}

// revision is a task definition's revision: a number that its name decides.
func revision(name string) string {
	n, _ := strconv.ParseUint(Digest(name, 4), 16, 32)
	return strconv.FormatUint(n%97+1, 10)
}
