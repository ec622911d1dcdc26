package service

import (
	"cmp"
	"slices"
	"strconv"

	"k8s.io/utils/ptr"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// content is everything in a task definition that AWS cannot change, which is all but
// its tags. Its digest is in the key, so new content is a new task definition. It is
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
	// DiskGiB is 0 for Fargate's own size.
	DiskGiB int32 `json:"diskGiB,omitempty"`
	// Overrides of the claim change the content, too.
	Overrides string `json:"overrides,omitempty"`
}

// ownDiskGiB is the disk that every task has.
const ownDiskGiB = 20

// familyOf is the family in which AWS numbers the service's task definitions.
func familyOf(s *stack.Stack, w plan.Workload) string { return s.ID + "-" + w.Name }

// contentOf is the content with these late variables.
func contentOf(s *stack.Stack, p *plan.Plan, w plan.Workload, late []plan.Variable) content {
	c := content{
		Family:        familyOf(s, w),
		CPU:           strconv.Itoa(int(w.CPU)),
		Memory:        strconv.Itoa(int(w.Memory)),
		Architecture:  w.Architecture,
		ExecutionRole: p.RoleARN(plan.RoleExecution),
		Overrides:     s.Overrides(keys.TaskDefinitions(w.Name)),
		Containers:    containerDefinitions(s, p, w, late),
		TaskRole:      p.TaskRoleARN(w),
	}
	// Fargate's own 20 GiB cannot be asked for.
	if size := ptr.Deref(w.EphemeralGiB, ownDiskGiB); size > ownDiskGiB {
		c.DiskGiB = size
	}
	for _, path := range sorted(w.DiskPaths) {
		c.Volumes = append(c.Volumes, volume(path))
	}
	return c
}

// taskDefinition adds the task definition of today's content, and keeps those that the
// service or schedule may still run, until it runs no other. It returns the key of today's, which is empty while a
// part of the content is not known: without the content there is no digest for the key.
func taskDefinition(
	s *stack.Stack, p *plan.Plan, w plan.Workload, runsOnly func(arn string) bool,
) stack.Key {
	c, key := today(s, p, w)
	if key != "" {
		register(s, w, key, c)
	}
	keep(s, w, key, runsOnly)
	return key
}

// today is the content that the claim asks for, and its key. Late variables make no new
// version: if a version differs in nothing else, it is today's.
func today(s *stack.Stack, p *plan.Plan, w plan.Workload) (content, stack.Key) {
	for _, k := range candidates(s, w) {
		running, _ := rollout.Container(s, k)
		c := contentOf(s, p, w, w.Told(running))
		if keyOf(s, w, c) == k {
			return c, k
		}
	}
	c := contentOf(s, p, w, w.Late())
	return c, keyOf(s, w, c)
}

// keyOf is the key of a content. It is empty while a part of the content is not known.
func keyOf(s *stack.Stack, w plan.Workload, c content) stack.Key {
	resolved, ok := s.Known(stack.JSON(c))
	if !ok {
		return ""
	}
	return keys.TaskDefinition(w.Name, stack.Digest(resolved))
}

// candidates are the observed versions of a workload, the one in its service's spec first.
func candidates(s *stack.Stack, w plan.Workload) []stack.Key {
	var out []stack.Key
	rollout.Versions(s, w.Name, func(k stack.Key, _ stack.Observed) { out = append(out, k) })
	slices.SortFunc(out, func(a, b stack.Key) int {
		return cmp.Or(-cmp.Compare(eq(a, w.Rollout.Current), eq(b, w.Rollout.Current)), cmp.Compare(a, b))
	})
	return out
}

// eq is 1 for two equal keys.
func eq(a, b stack.Key) int {
	if a == b {
		return 1
	}
	return 0
}

// register adds a task definition. AWS refuses one whose roles do not exist. Deleting
// the object leaves the revision in AWS, so that ECS can roll back to it.
func register(s *stack.Stack, w plan.Workload, key stack.Key, c content) {
	after := []stack.Key{keys.Role(keys.Execution)}
	opts := append(readable(s, w), pullable(s, w)...)
	params := ecs.TaskDefinitionParameters{
		Region:                  &s.Region,
		Family:                  &c.Family,
		CPU:                     &c.CPU,
		Memory:                  &c.Memory,
		NetworkMode:             ptr.To("awsvpc"),
		RequiresCompatibilities: []*string{ptr.To(onDemand)},
		RuntimePlatform: &ecs.RuntimePlatformParameters{
			OperatingSystemFamily: ptr.To("LINUX"),
			CPUArchitecture:       &c.Architecture,
		},
		ExecutionRoleArn:     &c.ExecutionRole,
		ContainerDefinitions: &c.Containers,
		SkipDestroy:          ptr.To(true),
		Tags:                 s.Tags(key),
	}
	if c.TaskRole != "" {
		params.TaskRoleArn = &c.TaskRole
		role, policies := w.RoleKeys()
		after = append(after, role)
		// A version that is there runs. A role that is made for it must be whole by then.
		if w.OwnRole {
			after = append(after, policies...)
			opts = append(opts, permitted(s, w, c.TaskRole)...)
		}
	}
	if c.DiskGiB > 0 {
		params.EphemeralStorage = &ecs.EphemeralStorageParameters{SizeInGib: ptr.To(float64(c.DiskGiB))}
	}
	for _, v := range c.Volumes {
		params.Volume = append(params.Volume, ecs.VolumeParameters{Name: &v})
	}
	s.Add(key, purpose(w),
		&ecs.TaskDefinition{Spec: ecs.TaskDefinitionSpec{ForProvider: params}}, append(opts, stack.After(after...))...)
}

func purpose(w plan.Workload) string {
	return "A version of the " + w.Name + ": its image and how it runs. It never changes."
}

// keep keeps every task definition of the workload but today's until AWS runs only today's.
func keep(s *stack.Stack, w plan.Workload, today stack.Key, runsOnly func(arn string) bool) {
	if arn, known := s.Status(today, "arn"); known && runsOnly(arn) {
		return
	}
	var old []stack.Key
	rollout.Versions(s, w.Name, func(k stack.Key, _ stack.Observed) { old = append(old, k) })
	slices.Sort(old)
	for _, k := range old {
		s.KeepObserved(k, ecs.TaskDefinition_GroupVersionKind, purpose(w))
	}
}
