using System.Collections.Frozen;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Where a reference sends its calls.</summary>
internal interface IRequestTarget
{
    PendingCalls Pending { get; }
    GrainId Identify(string key);
    void Send(string key, Request request);
}

/// <summary>
/// A reference to a grain. The proxies that implement the grain interfaces are generated in another assembly and derive
/// from this class, which is why it is public.
/// </summary>
public class GrainReference : DispatchProxy, IAddressable
{
    private GrainInterface _interface = null!;
    private IRequestTarget _target = null!;
    private string _key = null!;

    public GrainId GrainId => _target.Identify(_key);
    public override bool Equals(object? obj) => obj is GrainReference other && other.GrainId == GrainId;
    public override int GetHashCode() => _key.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => $"GrainReference:{GrainId}";
    internal T As<T>() => GrainInterface.Refer<T>(_target, _key);

    /// <summary>Copying a proxy is much cheaper than having one made.</summary>
    internal GrainReference Copy(GrainInterface grainInterface, IRequestTarget target, string key)
    {
        var copy = (GrainReference)MemberwiseClone();
        (copy._interface, copy._target, copy._key) = (grainInterface, target, key);
        return copy;
    }

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var call = _interface.Method(targetMethod!).NewCall(args ?? [], _target.Pending);
        var answered = call.Answered;
        _target.Send(_key, call);
        return answered;
    }
}

/// <summary>A grain interface: its methods, and the proxy that references to it are copied from.</summary>
internal sealed class GrainInterface
{
    private readonly FrozenDictionary<MethodInfo, GrainMethod> _methods;
    private readonly GrainReference _prototype;

    private GrainInterface(Type type, GrainReference prototype)
    {
        _methods = type.GetInterfaces().Prepend(type)
            .SelectMany(part => part.GetMethods())
            .ToFrozenDictionary(method => method, method => new GrainMethod(method));
        _prototype = prototype;
    }

    public static T Refer<T>(IRequestTarget target, string key)
    {
        var grainInterface = Of<T>.Instance;
        return (T)(object)grainInterface._prototype.Copy(grainInterface, target, key);
    }

    public GrainMethod Method(MethodInfo method) => _methods[method];

    /// <summary>Every interface is made once.</summary>
    private static class Of<T>
    {
        public static readonly GrainInterface Instance = new(typeof(T), (GrainReference)(object)DispatchProxy.Create<T, GrainReference>()!);
    }
}
