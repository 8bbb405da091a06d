using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>A method of a grain interface, compiled into delegates.</summary>
internal sealed class GrainMethod
{
    private static readonly ParameterExpression Instance = Expression.Parameter(typeof(object));
    private static readonly ParameterExpression Arguments = Expression.Parameter(typeof(object?[]));
    private static readonly ParameterExpression Method = Expression.Parameter(typeof(GrainMethod));
    private static readonly ParameterExpression Pending = Expression.Parameter(typeof(PendingCalls));

    private readonly string _name;
    private readonly Func<object, object?[], Task> _invoke;
    private readonly Func<GrainMethod, object?[], PendingCalls, MethodCall> _newCall;

    /// <exception cref="NotSupportedException">The method is generic, or returns no task.</exception>
    public GrainMethod(MethodInfo method)
    {
        _name = $"{method.DeclaringType!.Name}.{method.Name}";
        if (method.IsGenericMethod || !method.ReturnType.IsAssignableTo(typeof(Task)))
        {
            throw new NotSupportedException($"The stand-in cannot call {_name}, which is generic or returns no Task.");
        }

        Interleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        OnlyReads = method.IsDefined(typeof(ReadOnlyAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));

        var arguments = method.GetParameters().Select((parameter, index) =>
            Expression.Convert(Expression.ArrayIndex(Arguments, Expression.Constant(index)), parameter.ParameterType));
        var invocation = Expression.Call(Expression.Convert(Instance, method.DeclaringType), method, arguments);
        _invoke = Expression.Lambda<Func<object, object?[], Task>>(invocation, Instance, Arguments).Compile();

        var result = method.ReturnType == typeof(Task) ? typeof(object) : method.ReturnType.GetGenericArguments()[0];
        var newCall = Expression.New(typeof(MethodCall<>).MakeGenericType(result).GetConstructors()[0], Method, Arguments, Pending);
        _newCall = Expression.Lambda<Func<GrainMethod, object?[], PendingCalls, MethodCall>>(newCall, Method, Arguments, Pending).Compile();
    }

    public bool Interleaves { get; }

    public bool OnlyReads { get; }

    public bool IsOneWay { get; }

    public MethodCall NewCall(object?[] arguments, PendingCalls pending)
    {
        var call = _newCall(this, arguments, pending);
        if (IsOneWay)
        {
            call.Release();
        }
        else
        {
            pending.Add(call);
        }

        return call;
    }

    public Task Invoke(object instance, object?[] arguments) => _invoke(instance, arguments);

    public override string ToString() => _name;
}
