// Package containers writes and reads the container definitions of a task definition: the
// JSON that ECS takes.
package containers

import (
	"encoding/json"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Container is one element of a task definition's containerDefinitions.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type Container struct {
	Name                   string           `json:"name"`
	Image                  string           `json:"image"`
	EntryPoint             []string         `json:"entryPoint,omitempty"`
	Command                []string         `json:"command,omitempty"`
	WorkingDirectory       string           `json:"workingDirectory,omitempty"`
	User                   string           `json:"user,omitempty"`
	CPU                    int32            `json:"cpu,omitempty"`
	Memory                 int32            `json:"memory,omitempty"`
	Essential              bool             `json:"essential"`
	ReadonlyRootFilesystem bool             `json:"readonlyRootFilesystem"`
	LinuxParameters        LinuxParameters  `json:"linuxParameters"`
	DependsOn              []Dependency     `json:"dependsOn,omitempty"`
	Ulimits                []Ulimit         `json:"ulimits,omitempty"`
	PortMappings           []PortMapping    `json:"portMappings"`
	Environment            []Variable       `json:"environment"`
	Secrets                []Secret         `json:"secrets,omitempty"`
	MountPoints            []MountPoint     `json:"mountPoints"`
	HealthCheck            *HealthCheck     `json:"healthCheck,omitempty"`
	StartTimeout           int32            `json:"startTimeout,omitempty"`
	StopTimeout            int32            `json:"stopTimeout,omitempty"`
	LogConfiguration       LogConfiguration `json:"logConfiguration"`
}

// LinuxParameters are Linux-specific settings of a container.
type LinuxParameters struct {
	InitProcessEnabled bool    `json:"initProcessEnabled"`
	Tmpfs              []Tmpfs `json:"tmpfs,omitempty"`
}

// A Tmpfs is a directory in memory.
type Tmpfs struct {
	ContainerPath string `json:"containerPath"`
	// Size is its upper bound in MiB. Nothing is reserved.
	Size         int32    `json:"size"`
	MountOptions []string `json:"mountOptions"`
}

// A Dependency is what another container must have done before this one starts.
type Dependency struct {
	ContainerName string `json:"containerName"`
	Condition     string `json:"condition"`
}

// A Ulimit is a limit of each process.
type Ulimit struct {
	Name      string `json:"name"`
	SoftLimit int32  `json:"softLimit"`
	HardLimit int32  `json:"hardLimit"`
}

// A PortMapping is a port that the container listens on.
type PortMapping struct {
	ContainerPort int32  `json:"containerPort"`
	HostPort      int32  `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

// A Variable is an environment variable with its value.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Secret is a variable whose value ECS reads from Secrets Manager or the Parameter Store
// when it starts the container.
type Secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

// arnParts is the number of parts in a secret's ARN.
const arnParts = 7

// SecretARN returns the ARN in ValueFrom, without the key that may follow it. It returns
// false where there is no ARN.
func (s Secret) SecretARN() (string, bool) {
	parts := strings.SplitN(s.ValueFrom, ":", arnParts+1)
	if len(parts) < arnParts {
		return "", false
	}
	return strings.Join(parts[:arnParts], ":"), true
}

// ParameterARN returns ValueFrom where it is the ARN of a parameter:
// arn:aws:ssm:<region>:<account>:parameter/<name>.
func (s Secret) ParameterARN() (string, bool) {
	return s.ValueFrom, strings.HasPrefix(s.ValueFrom, "arn:aws:ssm:")
}

// A HealthCheck is a command that ECS runs inside a container. Times are in seconds.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
type HealthCheck struct {
	// Command begins with CMD: a program and its arguments follow, without a shell.
	Command     []string `json:"command"`
	Interval    int32    `json:"interval"`
	Timeout     int32    `json:"timeout"`
	Retries     int32    `json:"retries"`
	StartPeriod int32    `json:"startPeriod"`
}

// A MountPoint is where a volume of the task appears in the container.
type MountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
}

// A LogConfiguration is where the container's output goes.
type LogConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// Of returns the containers of an observed task definition. It returns none where they
// cannot be read.
func Of(taskDefinition stack.Observed) []Container {
	text, ok := stack.Text(taskDefinition, "spec", "forProvider", "containerDefinitions")
	if !ok {
		return nil
	}
	var out []Container
	if json.Unmarshal([]byte(text), &out) != nil {
		return nil
	}
	return out
}

// Main returns the workload's own container, which is the first. It returns false where
// there is none.
func Main(taskDefinition stack.Observed) (Container, bool) {
	all := Of(taskDefinition)
	if len(all) == 0 {
		return Container{}, false
	}
	return all[0], true
}

// Value returns the value of one of the container's variables, and false where the
// container has no such variable.
func (c Container) Value(variable string) (string, bool) {
	for _, v := range c.Environment {
		if v.Name == variable {
			return v.Value, true
		}
	}
	return "", false
}
