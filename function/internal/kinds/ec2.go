package kinds

import ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

var ec2Kinds = []Record{
	{
		GVK: ec2.DefaultNetworkACL_GroupVersionKind, Object: &ec2.DefaultNetworkACL{},
		Keys: []string{"nacl-default"},
		Actions: []string{
			"ec2:DescribeNetworkAcls", "ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAclEntry",
			"ec2:ReplaceNetworkAclAssociation", "ec2:CreateTags", "ec2:DeleteTags",
		},
		NoProof:   setting,
		Immutable: []string{"defaultNetworkAclIdRef"},
		IDPrefix:  "acl",
	},
	{
		GVK: ec2.DefaultSecurityGroup_GroupVersionKind, Object: &ec2.DefaultSecurityGroup{},
		Keys: []string{"sg-default"},
		Actions: []string{
			"ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules", "ec2:RevokeSecurityGroupIngress",
			"ec2:RevokeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress",
			"ec2:AuthorizeSecurityGroupEgress", "ec2:CreateTags", "ec2:DeleteTags",
		},
		NoProof:   setting,
		Immutable: []string{"vpcIdRef"},
		IDPrefix:  "sg",
	},
	{
		GVK: ec2.EIP_GroupVersionKind, Object: &ec2.EIP{},
		Keys: []string{"eip-*"},
		Actions: []string{
			"ec2:AllocateAddress", "ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute",
			"ec2:DisassociateAddress", "ec2:ReleaseAddress", "ec2:CreateTags", "ec2:DeleteTags",
		},
		Proofs:    []Proof{{Field: "id"}},
		Immutable: []string{"domain"},
		IDPrefix:  "eipalloc",
		Simulated: func(a *Answer) {
			a.At["allocationId"] = a.At["id"]
			a.At["publicIp"] = "203.0.113.10"
		},
	},
	{
		GVK: ec2.FlowLog_GroupVersionKind, Object: &ec2.FlowLog{},
		Keys: []string{"flowlog-*"},
		Actions: []string{
			"ec2:CreateFlowLogs", "ec2:DescribeFlowLogs", "ec2:DeleteFlowLogs", "ec2:CreateTags", "ec2:DeleteTags",
			"logs:CreateLogDelivery", "logs:DeleteLogDelivery",
		},
		PassesRoleTo: "vpc-flow-logs.amazonaws.com",
		Proofs:       []Proof{{Field: "id"}},
		Immutable: []string{
			"vpcIdRef", "trafficType", "maxAggregationInterval", "logDestinationType", "logDestinationRef",
			"iamRoleArnRef",
		},
		IDPrefix: "fl",
	},
	{
		GVK: ec2.InternetGateway_GroupVersionKind, Object: &ec2.InternetGateway{},
		Keys: []string{"igw"},
		Actions: []string{
			"ec2:CreateInternetGateway", "ec2:DescribeInternetGateways", "ec2:AttachInternetGateway",
			"ec2:DetachInternetGateway", "ec2:DeleteInternetGateway", "ec2:CreateTags", "ec2:DeleteTags",
		},
		Proofs:   []Proof{{Field: "vpcId"}},
		IDPrefix: "igw",
	},
	{
		GVK: ec2.NATGateway_GroupVersionKind, Object: &ec2.NATGateway{},
		Keys: []string{"nat-*"},
		Actions: []string{
			"ec2:CreateNatGateway", "ec2:DescribeNatGateways", "ec2:DeleteNatGateway", "ec2:DescribeAddresses",
			"ec2:DisassociateAddress", "ec2:CreateTags", "ec2:DeleteTags",
		},
		Proofs:    []Proof{{Field: "publicIp"}},
		Immutable: []string{"subnetIdRef", "allocationIdRef", "connectivityType"},
		IDPrefix:  "nat",
		Simulated: func(a *Answer) {
			a.At["publicIp"] = "203.0.113.10"
			a.At["networkInterfaceId"] = "eni-0" + a.hash(16)
		},
	},
	{
		GVK: ec2.NetworkACL_GroupVersionKind, Object: &ec2.NetworkACL{},
		Keys: []string{"nacl-public", "nacl-frontend", "nacl-backend", "nacl-data"},
		Actions: []string{
			"ec2:CreateNetworkAcl", "ec2:DescribeNetworkAcls", "ec2:ReplaceNetworkAclAssociation",
			"ec2:DeleteNetworkAcl", "ec2:DeleteNetworkAclEntry", "ec2:CreateTags", "ec2:DeleteTags",
		},
		NoProof:   atOnce,
		Immutable: []string{"vpcIdRef"},
		IDPrefix:  "acl",
	},
	{
		GVK: ec2.NetworkACLRule_GroupVersionKind, Object: &ec2.NetworkACLRule{},
		Keys: []string{"naclrule-*"},
		Actions: []string{
			"ec2:CreateNetworkAclEntry", "ec2:ReplaceNetworkAclEntry", "ec2:DeleteNetworkAclEntry",
			"ec2:DescribeNetworkAcls",
		},
		NoProof: setting,
		Immutable: []string{
			"networkAclIdRef", "egress", "ruleNumber", "ruleAction", "protocol", "cidrBlock", "fromPort", "toPort",
		},
		IDPrefix: "nacl",
	},
	{
		GVK: ec2.Route_GroupVersionKind, Object: &ec2.Route{},
		Keys:      []string{"route-*"},
		Actions:   []string{"ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute", "ec2:DescribeRouteTables"},
		NoProof:   waited,
		Immutable: []string{"destinationCidrBlock", "routeTableIdRef"},
		IDPrefix:  "r-rtb",
		Simulated: func(a *Answer) { a.At["state"] = "active" },
	},
	{
		GVK: ec2.RouteTable_GroupVersionKind, Object: &ec2.RouteTable{},
		Keys: []string{"routetable-*"},
		Actions: []string{
			"ec2:CreateRouteTable", "ec2:DescribeRouteTables", "ec2:DeleteRouteTable", "ec2:DisassociateRouteTable",
			"ec2:CreateTags", "ec2:DeleteTags",
		},
		Proofs:    []Proof{{Field: "id"}},
		Immutable: []string{"vpcIdRef"},
		IDPrefix:  "rtb",
	},
	{
		GVK: ec2.RouteTableAssociation_GroupVersionKind, Object: &ec2.RouteTableAssociation{},
		Keys: []string{"association-*"},
		Actions: []string{
			"ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:ReplaceRouteTableAssociation",
			"ec2:DescribeRouteTables",
		},
		NoProof:   waited,
		Immutable: []string{"subnetIdRef"},
		IDPrefix:  "rtbassoc",
	},
	{
		GVK: ec2.SecurityGroup_GroupVersionKind, Object: &ec2.SecurityGroup{},
		Keys: []string{
			"sg-alb", "sg-alb-https", "sg-frontend", "sg-backend", "sg-backend-alb", "sg-db", "sg-db-proxy",
			"sg-cache", "sg-rotation", "sg-endpoints",
		},
		Actions: []string{
			"ec2:CreateSecurityGroup", "ec2:DescribeSecurityGroups", "ec2:DeleteSecurityGroup",
			"ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "ec2:DescribeNetworkInterfaces",
			"ec2:CreateTags", "ec2:DeleteTags",
		},
		Proofs:    []Proof{{Field: "id"}},
		Immutable: []string{"name", "description", "vpcIdRef"},
		IDPrefix:  "sg",
	},
	{
		GVK: ec2.SecurityGroupRule_GroupVersionKind, Object: &ec2.SecurityGroupRule{},
		Keys: []string{"sgrule-*"},
		Actions: []string{
			"ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress",
			"ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress",
			"ec2:UpdateSecurityGroupRuleDescriptionsIngress", "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
			"ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules",
		},
		NoProof: setting,
		Immutable: []string{
			"type", "protocol", "fromPort", "toPort", "securityGroupIdRef", "sourceSecurityGroupIdRef",
			"prefixListIds", "cidrBlocks",
		},
		IDPrefix:  "sgrule",
		Simulated: func(a *Answer) { a.At["securityGroupRuleId"] = a.At["id"] },
	},
	{
		GVK: ec2.Subnet_GroupVersionKind, Object: &ec2.Subnet{},
		Keys: []string{"subnet-*"},
		Actions: []string{
			"ec2:CreateSubnet", "ec2:DescribeSubnets", "ec2:ModifySubnetAttribute", "ec2:DeleteSubnet",
			"ec2:DescribeNetworkInterfaces", "ec2:CreateTags", "ec2:DeleteTags",
		},
		Proofs:    []Proof{{Field: "id"}},
		Immutable: []string{"cidrBlock", "availabilityZone", "vpcIdRef"},
		IDPrefix:  "subnet",
	},
	{
		GVK: ec2.VPC_GroupVersionKind, Object: &ec2.VPC{},
		Keys: []string{"vpc"},
		Actions: []string{
			"ec2:CreateVpc", "ec2:DescribeVpcs", "ec2:DescribeVpcAttribute", "ec2:ModifyVpcAttribute",
			"ec2:DeleteVpc", "ec2:DescribeNetworkAcls", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups",
			"ec2:CreateTags", "ec2:DeleteTags",
		},
		Proofs:    []Proof{{Field: "id"}, {Field: "ownerId"}},
		Immutable: []string{"cidrBlock"},
		IDPrefix:  "vpc",
		Simulated: func(a *Answer) {
			a.At["ownerId"] = account
			a.At["defaultNetworkAclId"] = "acl-0" + a.hash(16)
		},
	},
	{
		GVK: ec2.VPCEndpoint_GroupVersionKind, Object: &ec2.VPCEndpoint{},
		Keys: []string{
			"endpoint-s3", "endpoint-dynamodb", "endpoint-ecr-api", "endpoint-ecr-dkr", "endpoint-kms",
			"endpoint-logs",
			"endpoint-secretsmanager", "endpoint-sqs", "endpoint-ssm", "endpoint-ssmmessages",
		},
		Actions: []string{
			"ec2:CreateVpcEndpoint", "ec2:DescribeVpcEndpoints", "ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints",
			"ec2:DescribePrefixLists", "ec2:CreateTags", "ec2:DeleteTags", "route53:AssociateVPCWithHostedZone",
		},
		NoProof: waited,
		// AWS can switch privateDnsEnabled, but Terraform's AWS provider 6.34, which is in
		// provider-aws 2.5, wants to replace the endpoint.
		// https://github.com/hashicorp/terraform-provider-aws/issues/46776
		Immutable: []string{"vpcIdRef", "serviceName", "vpcEndpointType", "privateDnsEnabled"},
		IDPrefix:  "vpce",
		Simulated: func(a *Answer) { a.At["state"] = "available" },
	},
	{
		GVK: ec2.VPCEndpointRouteTableAssociation_GroupVersionKind, Object: &ec2.VPCEndpointRouteTableAssociation{},
		Keys:      []string{"endpoint-s3-private-*", "endpoint-dynamodb-private-*"},
		Actions:   []string{"ec2:ModifyVpcEndpoint", "ec2:DescribeVpcEndpoints"},
		NoProof:   setting,
		Immutable: []string{"routeTableIdRef", "vpcEndpointIdRef"},
	},
	{
		GVK: ec2.VPCEndpointSecurityGroupAssociation_GroupVersionKind,
		Keys: []string{
			"endpoint-ecr-api-sg", "endpoint-ecr-dkr-sg", "endpoint-kms-sg", "endpoint-logs-sg",
			"endpoint-secretsmanager-sg", "endpoint-sqs-sg", "endpoint-ssm-sg", "endpoint-ssmmessages-sg",
		},
		Object:    &ec2.VPCEndpointSecurityGroupAssociation{},
		Actions:   []string{"ec2:ModifyVpcEndpoint", "ec2:DescribeVpcEndpoints"},
		NoProof:   setting,
		Immutable: []string{"replaceDefaultAssociation", "securityGroupIdRef", "vpcEndpointIdRef"},
	},
	{
		GVK: ec2.VPCEndpointSubnetAssociation_GroupVersionKind, Object: &ec2.VPCEndpointSubnetAssociation{},
		Keys: []string{
			"endpoint-ecr-api-backend-*", "endpoint-ecr-dkr-backend-*", "endpoint-kms-backend-*",
			"endpoint-logs-backend-*", "endpoint-secretsmanager-backend-*", "endpoint-sqs-backend-*",
			"endpoint-ssm-backend-*", "endpoint-ssmmessages-backend-*",
		},
		Actions:   []string{"ec2:ModifyVpcEndpoint", "ec2:DescribeVpcEndpoints"},
		NoProof:   waited,
		Immutable: []string{"vpcEndpointIdRef", "subnetIdRef"},
	},
}
