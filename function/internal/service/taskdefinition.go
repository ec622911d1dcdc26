package service

import (
	"slices"
	"strconv"

	"k8s.io/utils/ptr"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// content is all of a task definition that AWS cannot change, which is all but
// its tags. Its digest is in the key: other content, other task definition. It is
// not the provider's type, whose fields may change with the provider.
type content struct {
	Family        string   `json:"family"`
	CPU           string   `json:"cpu"`
	Memory        string   `json:"memory"`
	Architecture  string   `json:"architecture"`
	ExecutionRole string   `json:"executionRole"`
	TaskRole      string   `json:"taskRole"`
	Volumes       []string `json:"volumes"`
	Containers    string   `json:"containers"`
}

// familyOf is what AWS numbers the service's task definitions under.
func familyOf(s *stack.Stack, w workload) string { return s.ID + "-" + w.name }

func contentOf(s *stack.Stack, w workload) content {
	c := content{
		Family:        familyOf(s, w),
		CPU:           strconv.Itoa(int(w.cpu)),
		Memory:        strconv.Itoa(int(w.memory)),
		Architecture:  w.Architecture,
		ExecutionRole: s.RoleARN(stack.RoleExecution),
		Containers:    containerDefinitions(s, w),
	}
	if w.role != "" {
		c.TaskRole = s.RoleARN(w.role)
	}
	for _, p := range paths(w) {
		c.Volumes = append(c.Volumes, volume(p))
	}
	return c
}

// taskDefinition asks for the task definition of today's content, and keeps what
// the service may still run. It returns the key, which is empty as long as
// something in the content is not known: what cannot be named cannot be made.
func taskDefinition(s *stack.Stack, w workload) stack.Key {
	c := contentOf(s, w)
	var key stack.Key
	if resolved, ok := s.Known(stack.JSON(c)); ok {
		key = rollout.TaskDefinitionKey(w.name, stack.Digest(resolved))
		register(s, w, key, c)
	}
	keep(s, w, key)
	return key
}

// register makes a revision. AWS refuses one whose roles do not exist. Deleting
// the object leaves the revision in AWS: without it ECS could not go back to it.
func register(s *stack.Stack, w workload, key stack.Key, c content) {
	roles := []stack.Key{"role-execution"}
	opts := append(readable(s, w), pullable(s, w)...)
	p := ecs.TaskDefinitionParameters{
		Region:                  &s.Region,
		Family:                  &c.Family,
		CPU:                     &c.CPU,
		Memory:                  &c.Memory,
		NetworkMode:             ptr.To("awsvpc"),
		RequiresCompatibilities: []*string{ptr.To(onDemand)},
		RuntimePlatform:         &ecs.RuntimePlatformParameters{OperatingSystemFamily: ptr.To("LINUX"), CPUArchitecture: &c.Architecture},
		ExecutionRoleArn:        &c.ExecutionRole,
		ContainerDefinitions:    &c.Containers,
		SkipDestroy:             ptr.To(true),
		Tags:                    s.Tags(key),
	}
	if c.TaskRole != "" {
		p.TaskRoleArn = &c.TaskRole
		roles = append(roles, "role-task")
	}
	for _, v := range c.Volumes {
		p.Volume = append(p.Volume, ecs.VolumeParameters{Name: &v})
	}
	s.Add(key, purpose(w), &ecs.TaskDefinition{Spec: ecs.TaskDefinitionSpec{ForProvider: p}}, append(opts, stack.After(roles...))...)
}

func purpose(w workload) string {
	return "A version of the " + w.name + ": its image and how it runs. It never changes."
}

// keep holds on to every task definition of the service but today's until the
// service demonstrably runs today's, and was told to.
func keep(s *stack.Stack, w workload, today stack.Key) {
	arn, known := s.Status(today, "arn")
	now := rollout.Observe(s, w.name)
	if known && now.Wanted == arn && now.Running == arn {
		return
	}
	var keys []stack.Key
	s.ObservedKeys(string(rollout.TaskDefinitionKey(w.name, "")), func(k stack.Key, _ stack.Observed) { keys = append(keys, k) })
	slices.Sort(keys)
	for _, k := range keys {
		s.Keep(k, ecs.TaskDefinition_GroupVersionKind, purpose(w))
	}
}
